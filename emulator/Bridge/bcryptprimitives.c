// The function of bcryptprimitives.dll that programs built with recent Go toolchains need, for a Wine without
// it.
#include <windows.h>
#include <string.h>

// RtlGenRandom of advapi32, exported under this name.
BOOLEAN NTAPI SystemFunction036(void *Buffer, ULONG Length);

BOOL WINAPI ProcessPrng(BYTE *Data, SIZE_T Length);

BOOL WINAPI ProcessPrng(BYTE *Data, SIZE_T Length)
{
  const SIZE_T most = 1 << 20;
  for (SIZE_T done = 0; done < Length;) {
    SIZE_T part = Length - done < most ? Length - done : most;
    if (!SystemFunction036(Data + done, (ULONG)part)) {
      // Do not leave partly random data behind.
      memset(Data, 0, Length);
      return FALSE;
    }
    done += part;
  }
  return TRUE;
}
