using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

/// <summary>Attributes that woven assemblies carry.</summary>
internal static class WovenAssemblyMarks
{
    private const string AccessSpace = "System.Runtime.CompilerServices";
    private const string AccessName = "IgnoresAccessChecksToAttribute";

    /// <summary>Marks an emitted member, as the C# compiler marks its own.</summary>
    public static void AddCompilerGenerated(ICustomAttributeProvider member, ModuleDefinition module)
    {
        var type = new TypeReference("System.Runtime.CompilerServices", "CompilerGeneratedAttribute", module, module.TypeSystem.CoreLibrary);
        member.CustomAttributes.Add(new CustomAttribute(new MethodReference(".ctor", module.TypeSystem.Void, type) { HasThis = true }));
    }

    /// <summary>What leads from a woven method to its frame class and woven body.</summary>
    public static CustomAttribute WovenMethod(TypeDefinition frame, RuntimeTypes runtime)
    {
        if (!frame.HasGenericParameters)
        {
            var type = new GenericInstanceType(runtime.GenericWovenMethodAttribute.DeclaringType) { GenericArguments = { frame } };
            return new CustomAttribute(SlotTable.On(runtime.GenericWovenMethodAttribute, type));
        }
        var attribute = new CustomAttribute(runtime.WovenMethodAttribute);
        attribute.ConstructorArguments.Add(new CustomAttributeArgument(runtime.WovenMethodAttribute.Parameters[0].ParameterType, frame));
        return attribute;
    }

    /// <summary>Adds a static class for methods that the weaver makes.</summary>
    public static TypeDefinition AddHolder(string name, ModuleDefinition module)
    {
        var holder = new TypeDefinition("", name,
            TypeAttributes.NotPublic | TypeAttributes.Abstract | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, module.TypeSystem.Object);
        AddCompilerGenerated(holder, module);
        module.Types.Add(holder);
        return holder;
    }

    /// <summary>Keeps the inner workings of the runtime library out of stack traces: all but the public API proper.</summary>
    public static void HideMachinery(ModuleDefinition runtime)
    {
        var attribute = new TypeReference("System.Diagnostics", "StackTraceHiddenAttribute", runtime, runtime.TypeSystem.CoreLibrary);
        var constructor = new MethodReference(".ctor", runtime.TypeSystem.Void, attribute) { HasThis = true };
        foreach (TypeDefinition type in runtime.Types)
        {
            if (type.IsPublic && type.Namespace is not ("GreenThreads.Continuations" or "GreenThreads.Substitutions"))
            {
                foreach (MethodDefinition method in type.Methods) Hide(method, isHidden: !method.IsPublic);
                foreach (TypeDefinition nested in type.NestedTypes.SelectMany(TypeExtensions.WithNested)) Hide(nested, IsForeign(nested));
                continue;
            }
            foreach (TypeDefinition hidden in type.WithNested()) Hide(hidden, isHidden: !hidden.IsInterface && !hidden.IsEnum);
        }

        void Hide(ICustomAttributeProvider member, bool isHidden)
        {
            if (isHidden && !member.Has(attribute.FullName)) member.CustomAttributes.Add(new CustomAttribute(constructor));
        }

        // Neither for users nor a frame, whose body a trace shows as the method that it is of.
        static bool IsForeign(TypeDefinition nested) => !nested.IsNestedPublic && !nested.IsInterface && !nested.IsEnum && nested.BaseType?.Name is not ("Frame" or "Frame`1");
    }

    /// <summary>Marks the assembly as woven.</summary>
    public static void AddWoven(ModuleDefinition module, RuntimeTypes runtime, string signature)
    {
        var attribute = new CustomAttribute(runtime.WovenAttribute);
        attribute.ConstructorArguments.Add(new CustomAttributeArgument(module.TypeSystem.String, signature));
        module.Assembly.CustomAttributes.Add(attribute);
    }

    /// <summary>Lets the assembly call the woven bodies of another, which are internal to keep the shape of its types.</summary>
    /// <remarks>The runtime knows the attribute by its name; each assembly brings its own.</remarks>
    public static void AddAccess(ModuleDefinition module, IEnumerable<string> assemblies)
    {
        MethodDefinition? constructor = null;
        foreach (string assembly in assemblies.Order(StringComparer.Ordinal))
        {
            constructor ??= AccessConstructor(module);
            var attribute = new CustomAttribute(constructor);
            attribute.ConstructorArguments.Add(new CustomAttributeArgument(module.TypeSystem.String, assembly));
            module.Assembly.CustomAttributes.Add(attribute);
        }
    }

    /// <summary>The assemblies whose woven bodies a woven assembly calls.</summary>
    public static IEnumerable<string> Accessed(AssemblyDefinition assembly) =>
        !assembly.Has(WovenNames.WovenAttribute) ? [] : assembly.CustomAttributes
            .Where(a => a.AttributeType.Name == AccessName && a.AttributeType.Namespace == AccessSpace && a.ConstructorArguments.Count == 1)
            .Select(a => (string)a.ConstructorArguments[0].Value);

    private static MethodDefinition AccessConstructor(ModuleDefinition module)
    {
        TypeDefinition? type = module.GetType(AccessSpace, AccessName);
        if (type is not null) return type.Methods.Single(m => m.IsConstructor && !m.IsStatic);
        TypeSystem system = module.TypeSystem;
        var attribute = new TypeReference("System", "Attribute", module, system.CoreLibrary);
        type = new TypeDefinition(AccessSpace, AccessName, TypeAttributes.NotPublic | TypeAttributes.Sealed | TypeAttributes.BeforeFieldInit, attribute);
        AddCompilerGenerated(type, module);
        module.Types.Add(type);
        var usage = new CustomAttribute(new MethodReference(".ctor", system.Void, new TypeReference("System", "AttributeUsageAttribute", module, system.CoreLibrary))
        {
            HasThis = true,
            Parameters = { new ParameterDefinition(new TypeReference("System", "AttributeTargets", module, system.CoreLibrary, valueType: true)) },
        });
        usage.ConstructorArguments.Add(new CustomAttributeArgument(new TypeReference("System", "AttributeTargets", module, system.CoreLibrary, valueType: true), 1));
        usage.Properties.Add(new CustomAttributeNamedArgument("AllowMultiple", new CustomAttributeArgument(system.Boolean, true)));
        type.CustomAttributes.Add(usage);
        var constructor = new MethodDefinition(".ctor",
            MethodAttributes.Public | MethodAttributes.HideBySig | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName, system.Void);
        constructor.Parameters.Add(new ParameterDefinition("assemblyName", ParameterAttributes.None, system.String));
        ILProcessor il = constructor.Body.GetILProcessor();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, new MethodReference(".ctor", system.Void, attribute) { HasThis = true });
        il.Emit(OpCodes.Ret);
        type.Methods.Add(constructor);
        return constructor;
    }
}
