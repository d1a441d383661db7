using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Locals for values on their way, shared by type between places that do not overlap.</summary>
internal sealed class Temporaries(MethodDefinition method)
{
    private readonly Dictionary<string, List<VariableDefinition>> _free = [];

    /// <summary>A local of the type, until it is given back.</summary>
    public VariableDefinition Take(TypeReference type)
    {
        if (_free.TryGetValue(type.FullName, out List<VariableDefinition>? free) && free.Count > 0)
        {
            VariableDefinition reused = free[^1];
            free.RemoveAt(free.Count - 1);
            return reused;
        }
        var variable = new VariableDefinition(type);
        method.Body.Variables.Add(variable);
        return variable;
    }

    /// <summary>Gives locals back.</summary>
    public void Return(IEnumerable<VariableDefinition> variables)
    {
        foreach (VariableDefinition variable in variables)
        {
            string key = variable.VariableType.FullName;
            if (!_free.TryGetValue(key, out List<VariableDefinition>? free)) _free.Add(key, free = []);
            free.Add(variable);
        }
    }
}
