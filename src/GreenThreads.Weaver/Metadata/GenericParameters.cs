using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>Copies of generic parameters for emitted members.</summary>
internal static class GenericParameters
{
    /// <summary>Gives a method the generic parameters of another, with their constraints.</summary>
    public static void Copy(MethodDefinition from, MethodDefinition to)
    {
        foreach (GenericParameter parameter in from.GenericParameters)
            to.GenericParameters.Add(new GenericParameter(parameter.Name, to) { Attributes = parameter.Attributes });
        for (int i = 0; i < from.GenericParameters.Count; i++)
            CopyConstraints(from.GenericParameters[i], to.GenericParameters[i], type => type.Substitute([], [.. to.GenericParameters]));
    }

    /// <summary>Copies the constraints of a parameter, in the terms of the new owner.</summary>
    public static void CopyConstraints(GenericParameter from, GenericParameter to, Func<TypeReference, TypeReference> map)
    {
        foreach (GenericParameterConstraint constraint in from.Constraints)
            to.Constraints.Add(new GenericParameterConstraint(map(constraint.ConstraintType)));
    }
}
