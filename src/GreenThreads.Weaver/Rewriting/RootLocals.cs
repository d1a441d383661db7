using GreenThreads.Weaver.Analysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>The locals that hold the objects which references point into.</summary>
internal sealed class RootLocals(MethodDefinition body)
{
    private readonly Dictionary<Root, VariableDefinition> _locals = [];

    /// <summary>The local of a captured object or of the shadow of a local.</summary>
    public VariableDefinition this[Root root]
    {
        get
        {
            if (_locals.TryGetValue(root, out VariableDefinition? local)) return local;
            local = new VariableDefinition(body.Module.TypeSystem.Object);
            body.Body.Variables.Add(local);
            body.Body.InitLocals = true;
            _locals.Add(root, local);
            return local;
        }
    }
}

/// <summary>Locals in which the arguments of a call step aside: the n-th of a type, the same for all calls.</summary>
/// <remarks>A call's arguments are needed until its save block has run, which is before any other call.</remarks>
internal sealed class ArgumentLocals(MethodDefinition body)
{
    private readonly Dictionary<(string Type, int Index), VariableDefinition> _locals = [];
    private readonly Dictionary<string, VariableDefinition> _defaults = [];

    /// <summary>The local for the argument at the index.</summary>
    public VariableDefinition this[TypeReference type, int index]
    {
        get
        {
            if (_locals.TryGetValue((type.FullName, index), out VariableDefinition? local)) return local;
            local = Add(type);
            _locals.Add((type.FullName, index), local);
            return local;
        }
    }

    /// <summary>A local that is never assigned: the default value.</summary>
    public VariableDefinition Default(TypeReference type)
    {
        if (_defaults.TryGetValue(type.FullName, out VariableDefinition? local)) return local;
        local = Add(type);
        body.Body.InitLocals = true;
        _defaults.Add(type.FullName, local);
        return local;
    }

    private VariableDefinition Add(TypeReference type)
    {
        var local = new VariableDefinition(type);
        body.Body.Variables.Add(local);
        return local;
    }
}
