using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using GreenThreads.Tests.Infrastructure;

namespace GreenThreads.Tests.Package;

/// <summary>Debug symbols and the strong name survive weaving.</summary>
/// <param name="package">Packed once for all tests.</param>
[Collection(PackageCollection.Name)]
[HangBound(300)]
public class SymbolsAndSigningTests(TestPackage package)
{
    // The exception is thrown after the method was suspended and resumed, on line 11.
    private const string Program = """
        using GreenThreads;
        try
        {
            GreenThread.Run(() => Faults.Throw());
        }
        catch (InvalidOperationException exception)
        {
            Console.WriteLine(exception.StackTrace);
        }
        static class Faults { public static void Throw() { GreenThread.Sleep(1);
            throw new InvalidOperationException(); } }
        """;

    [Theory]
    [InlineData("portable")]
    [InlineData("embedded")]
    public void Stack_traces_show_the_lines_of_the_source(string kind)
    {
        Workspace work = Built($"<DebugType>{kind}</DebugType>");
        Assert.Equal(kind == "portable", File.Exists(Path.ChangeExtension(work.OutputOf("App"), ".pdb")));
        string output = work.RunApplication("App").Succeeded().Output;
        Assert.Contains("Program.cs:line 11", output);
    }

    [Fact]
    public void A_project_without_symbols_is_woven_without_symbols()
    {
        Workspace work = Built("<DebugType>none</DebugType>");
        Assert.True(WovenAssembly.IsWoven(work.OutputOf("App")));
        Assert.False(File.Exists(Path.ChangeExtension(work.OutputOf("App"), ".pdb")));
        Assert.Contains("Throw", work.RunApplication("App").Succeeded().Output);
    }

    [Fact]
    public void A_signed_assembly_is_signed_again()
    {
        Workspace work = package.CreateWorkspace();
        using (var key = new RSACryptoServiceProvider(2048)) File.WriteAllBytes(work.PathOf("key.snk"), key.ExportCspBlob(includePrivateParameters: true));
        work.WriteProject("App", "<SignAssembly>true</SignAssembly><AssemblyOriginatorKeyFile>../key.snk</AssemblyOriginatorKeyFile>");
        work.Write("App/Program.cs", Program);
        work.Build("App");
        (byte[] publicKey, byte[] signature) = SignatureOf(work.OutputOf("App"));
        (byte[] compiledKey, byte[] compiledSignature) = SignatureOf(work.IntermediateOf("App", "unwoven/App.dll"));
        Assert.NotEmpty(publicKey);
        Assert.Equal(compiledKey, publicKey);
        Assert.Equal(compiledSignature.Length, signature.Length);
        Assert.NotEqual(compiledSignature, signature);
        Assert.Contains(signature, part => part != 0);
    }

    private static (byte[] PublicKey, byte[] Signature) SignatureOf(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        CorHeader header = reader.PEHeaders.CorHeader!;
        Assert.True(header.Flags.HasFlag(CorFlags.StrongNameSigned), $"{file} is not signed.");
        DirectoryEntry place = header.StrongNameSignatureDirectory;
        byte[] signature = [.. reader.GetSectionData(place.RelativeVirtualAddress).GetContent(0, place.Size)];
        MetadataReader metadata = reader.GetMetadataReader();
        return (metadata.GetBlobBytes(metadata.GetAssemblyDefinition().PublicKey), signature);
    }

    private Workspace Built(string properties)
    {
        Workspace work = package.CreateWorkspace();
        work.WriteProject("App", properties);
        work.Write("App/Program.cs", Program);
        work.Build("App");
        return work;
    }
}
