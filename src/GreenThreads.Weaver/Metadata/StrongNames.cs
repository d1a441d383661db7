using GreenThreads.Weaver.Diagnostics;
using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>
/// Strong names of libraries. The name must stay, since its dependants refer to it; the signature cannot without the key.
/// The .NET runtime does not verify signatures, so the library becomes delay-signed: public key, no signature.
/// </summary>
internal static class StrongNames
{
    /// <summary>Has the module written signed with the key, or else without a signature.</summary>
    /// <returns>False, with an error reported, where the key is another one than the library's.</returns>
    public static bool Prepare(ModuleDefinition module, string? keyFile, DiagnosticSink diagnostics)
    {
        if (keyFile is null)
        {
            module.Attributes &= ~ModuleAttributes.StrongNameSigned;
            return true;
        }
        if (!module.Assembly.Name.HasPublicKey || PublicKeyOf(File.ReadAllBytes(keyFile)).AsSpan().SequenceEqual(module.Assembly.Name.PublicKey)) return true;
        diagnostics.Error(DiagnosticId.KeyMismatch,
            $"{module.Assembly.Name.Name} has the public key token {Convert.ToHexStringLower(module.Assembly.Name.PublicKeyToken)}, which is not that of {keyFile}: assemblies that refer to it would not find it; remove the KeyFile of this GreenThreadsWeaveAssembly item");
        return false;
    }

    // What Cecil would write for the key.
    private static byte[] PublicKeyOf(byte[] keyPair)
    {
        using var stream = new MemoryStream();
        using var assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("key", new Version()), "key", ModuleKind.Dll);
        assembly.Write(stream, new WriterParameters { StrongNameKeyBlob = keyPair });
        return assembly.Name.PublicKey;
    }
}
