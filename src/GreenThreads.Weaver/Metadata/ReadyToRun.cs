using System.Reflection.PortableExecutable;
using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Images that hold native code beside their IL, compiled ahead of time from it: the IL is woven, the code dropped.</summary>
internal static class ReadyToRun
{
    private const uint Signature = 0x00525452; // "RTR"
    private const ModuleAttributes ILLibrary = (ModuleAttributes)4;

    /// <summary>Whether the file is one; what has native code and is none was compiled from C++.</summary>
    public static bool IsImage(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        if (reader.PEHeaders.CorHeader is not { } header || header.ManagedNativeHeaderDirectory.Size < sizeof(uint)) return false;
        return reader.GetSectionData(header.ManagedNativeHeaderDirectory.RelativeVirtualAddress).GetReader(0, sizeof(uint)).ReadUInt32() == Signature;
    }

    /// <summary>Has the module written as IL for any processor; native code would be that of the methods before weaving.</summary>
    public static void DropNativeCode(ModuleDefinition module)
    {
        module.Attributes = module.Attributes & ~ILLibrary | ModuleAttributes.ILOnly;
        module.Architecture = TargetArchitecture.I386; // with ILOnly: any processor
    }
}
