using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>The instructions that push the default value of a type.</summary>
internal static class ZeroValues
{
    /// <summary>The instructions, without operands; null where it takes a local (structs, type parameters).</summary>
    public static OpCode[]? Of(TypeReference type)
    {
        type = type.Bare();
        if (type is ByReferenceType || type.IsPointer()) return [OpCodes.Ldc_I4_0, OpCodes.Conv_U];
        if (type.IsObjectReference()) return [OpCodes.Ldnull];
        return type.OnStack(type.Module.TypeSystem).MetadataType switch
        {
            MetadataType.Int32 => [OpCodes.Ldc_I4_0],
            MetadataType.Int64 => [OpCodes.Ldc_I4_0, OpCodes.Conv_I8],
            MetadataType.IntPtr => [OpCodes.Ldc_I4_0, OpCodes.Conv_U],
            MetadataType.Single => [OpCodes.Ldc_I4_0, OpCodes.Conv_R4],
            MetadataType.Double => [OpCodes.Ldc_I4_0, OpCodes.Conv_R8],
            _ => null,
        };
    }
}
