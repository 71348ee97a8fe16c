// Functions of the Host Compute Service in vmcompute.dll. No compute system exists here.
#ifndef HNSCTL_COMPUTE_H
#define HNSCTL_COMPUTE_H

#include <windows.h>

HRESULT WINAPI HcsEnumerateComputeSystems(PCWSTR Query, PWSTR *ComputeSystems, PWSTR *Result);
HRESULT WINAPI HcsOpenComputeSystem(PCWSTR Id, HANDLE *ComputeSystem, PWSTR *Result);
HRESULT WINAPI HcsCloseComputeSystem(HANDLE ComputeSystem);
HRESULT WINAPI HcsGetComputeSystemProperties(HANDLE ComputeSystem, PCWSTR Query, PWSTR *Properties,
                                             PWSTR *Result);
HRESULT WINAPI HcsModifyComputeSystem(HANDLE ComputeSystem, PCWSTR Configuration, PWSTR *Result);
HRESULT WINAPI HcsRegisterComputeSystemCallback(HANDLE ComputeSystem, void *Callback, void *Context,
                                                HANDLE *Registration);
HRESULT WINAPI HcsUnregisterComputeSystemCallback(HANDLE Registration);

#endif
