namespace System.Runtime.CompilerServices;

// Named by what the compiler emits for init accessors; netstandard2.0 lacks it.
internal static class IsExternalInit;
