using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace GreenThreads.Tests.Package;

/// <summary>Reads the weaver's mark from an assembly without loading it.</summary>
internal static class WovenAssembly
{
    /// <summary>Whether the assembly has the attribute that the weaver writes.</summary>
    internal static bool IsWoven(string file)
    {
        using var reader = new PEReader(File.OpenRead(file));
        MetadataReader metadata = reader.GetMetadataReader();
        foreach (CustomAttributeHandle handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            EntityHandle constructor = metadata.GetCustomAttribute(handle).Constructor;
            EntityHandle type = constructor.Kind switch
            {
                HandleKind.MemberReference => metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent,
                _ => metadata.GetMethodDefinition((MethodDefinitionHandle)constructor).GetDeclaringType(),
            };
            StringHandle name = type.Kind switch
            {
                HandleKind.TypeReference => metadata.GetTypeReference((TypeReferenceHandle)type).Name,
                _ => metadata.GetTypeDefinition((TypeDefinitionHandle)type).Name,
            };
            if (metadata.StringComparer.Equals(name, "WovenAttribute")) return true;
        }
        return false;
    }
}
