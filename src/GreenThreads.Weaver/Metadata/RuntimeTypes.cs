using GreenThreads.Weaver.Diagnostics;
using Mono.Cecil;

namespace GreenThreads.Weaver.Metadata;

/// <summary>The members of the runtime library that woven code uses, imported into the module that is woven.</summary>
internal sealed class RuntimeTypes
{
    public const string AssemblyName = "GreenThreads";

    private const string Space = "GreenThreads.Continuations";

    private RuntimeTypes(ModuleDefinition module, ModuleDefinition runtime)
    {
        Runtime = runtime;
        TypeDefinition continuation = Get("Continuation");
        TypeDefinition frame = Get("Frame");
        TypeDefinition handshake = Get("Handshake");
        TypeDefinition chaos = Get("Chaos");
        TypeDefinition loopPoll = Get("LoopPoll");
        Continuation = module.ImportReference(continuation);
        Frame = module.ImportReference(frame);
        Mode = Field(continuation, "Mode");
        PinDepth = Field(continuation, "PinDepth");
        YieldMark = Field(continuation, "YieldMark");
        Current = Method(continuation, "get_Current");
        NewFrame = Method(continuation, "NewFrame");
        PushAt = Method(continuation, "PushAt");
        TakeFrame = Method(continuation, "TakeFrame");
        CalleeToRepeat = Method(continuation, "get_CalleeToRepeat");
        EndRepeated = Method(continuation, "EndRepeated");
        Arrive = Method(continuation, "Arrive");
        TakeResult = Method(continuation, "TakeResult");
        State = Field(frame, "State");
        FrameConstructor = Method(frame, ".ctor");
        FrameOfResult = module.ImportReference(Get("Frame`1"));
        Offer = Method(handshake, "Offer");
        FindBody = Method(handshake, "FindBody");
        FindBodyOf = Method(handshake, "FindBodyOf");
        TargetOf = Method(handshake, "TargetOf");
        OfferDelegate = Method(handshake, "OfferDelegate");
        Multicast = Get("MulticastInvocation").Methods.Where(m => m.IsPublic).ToDictionary(m => m.Parameters[0].ParameterType.GetElementType().FullName);
        OfferConstructor = Method(handshake, "OfferConstructor");
        EntersDelegate = Method(handshake, "EntersDelegate");
        EntersConstructor = Method(handshake, "EntersConstructor");
        EntersUnpinned = Method(handshake, "EntersUnpinned");
        EntersOwn = Method(handshake, "EntersOwn");
        TakeOwn = Method(handshake, "TakeOwn");
        TakeKey = Method(handshake, "TakeKey");
        IsExactly = Method(handshake, "IsExactly");
        Matches = Method(handshake, "Matches");
        Rethrow = Method(continuation, "Rethrow");
        StackTraceHidden = module.ImportReference(continuation.Methods.Single(m => m.Name == "Rethrow").CustomAttributes
            .First(a => a.AttributeType.Name == "StackTraceHiddenAttribute").Constructor);
        CheckReceiver = Method(handshake, "CheckReceiver");
        WovenMethodAttribute = Method(Get("WovenMethodAttribute"), ".ctor");
        GenericWovenMethodAttribute = Method(Get("WovenMethodAttribute`1"), ".ctor");
        DisposeScopeAfter = Method(Get("GreenScope", "GreenThreads"), "DisposeAfter");
        DisposeStream = Method(Get("StreamDisposal", "GreenThreads.Substitutions"), "Dispose");
        Clear = Method(handshake, "Clear");
        PinnedCalls = Get("PinnedCalls").Methods.Where(m => m.IsPublic).ToDictionary(m => (m.ReturnType.MetadataType != MetadataType.Void, m.Parameters.Count - 2), m => module.ImportReference(m));
        Unpin = Method(handshake, "Unpin");
        IsValueType = Method(handshake, "IsValueType");
        References = Get("References").Methods.Where(m => m.IsPublic).ToDictionary(m => m.Name, m => module.ImportReference(m));
        TypeDefinition stringHandler = Get("WaitingInterpolatedStringHandler");
        StringHandler = module.ImportReference(stringHandler);
        StringHandlerMethods = [.. stringHandler.Methods.Where(m => m.IsPublic).Select(m => module.ImportReference(m))];
        OfferStruct = Method(handshake, "OfferStruct");
        MatchesStruct = Method(handshake, "MatchesStruct");
        MatchesBoxed = Method(handshake, "MatchesBoxed");
        MatchesDefault = Method(handshake, "MatchesDefault");
        BoxOf = Method(handshake, "BoxOf");
        OfferEntry = Method(handshake, "OfferEntry");
        Contract = Method(handshake, "Contract");
        Announce = Method(handshake, "Announce");
        ReachesThrough = Method(handshake, "ReachesThrough");
        StructReachesThrough = Method(handshake, "StructReachesThrough");
        ChaosAfter = chaos.Methods.Where(m => m.Name == "After").ToDictionary(m => m.Parameters.Count, m => module.ImportReference(m));
        EnterLockStatement = Method(Get("LockStatement", "GreenThreads.Substitutions"), "Enter");
        EnterLockScope = Method(Get("LockStatement", "GreenThreads.Substitutions"), "EnterScope");
        PollYield = Method(loopPoll, "Yield");
        PollBegin = Method(loopPoll, "Begin");
        PollAfter = loopPoll.Methods.Where(m => m.Name == "After").ToDictionary(m => m.Parameters.Count, m => module.ImportReference(m));
        WovenAttribute = Method(Get("WovenAttribute"), ".ctor");
        ThreadStaticsOf = Method(Get("ThreadStatics"), "Of");

        TypeDefinition Get(string name, string space = Space) =>
            runtime.GetType(space, name) ?? throw new InvalidOperationException($"the runtime library has no type {space}.{name}");
        FieldReference Field(TypeDefinition type, string name) => module.ImportReference(type.Fields.Single(f => f.Name == name));
        MethodReference Method(TypeDefinition type, string name) => module.ImportReference(type.Methods.Single(m => m.Name == name));
    }

    /// <summary>The runtime library itself.</summary>
    public ModuleDefinition Runtime { get; }

    public TypeReference Continuation { get; }
    public TypeReference Frame { get; }
    public FieldReference Mode { get; }
    public FieldReference PinDepth { get; }
    public FieldReference YieldMark { get; }
    public MethodReference Current { get; }
    public MethodReference NewFrame { get; }
    public MethodReference PushAt { get; }
    public MethodReference TakeFrame { get; }
    public MethodReference CalleeToRepeat { get; }
    public MethodReference EndRepeated { get; }
    public MethodReference Arrive { get; }
    public MethodReference TakeResult { get; }
    public FieldReference State { get; }
    public MethodReference FrameConstructor { get; }

    /// <summary>The base class of frames of methods with a result.</summary>
    public TypeReference FrameOfResult { get; }

    public MethodReference Offer { get; }
    public MethodReference FindBody { get; }
    public MethodReference FindBodyOf { get; }
    public MethodReference TargetOf { get; }
    public MethodReference OfferDelegate { get; }
    public MethodReference OfferConstructor { get; }
    public MethodReference EntersDelegate { get; }
    public MethodReference EntersConstructor { get; }
    public MethodReference EntersUnpinned { get; }
    public MethodReference EntersOwn { get; }
    public MethodReference TakeKey { get; }
    public MethodReference TakeOwn { get; }
    public MethodReference IsExactly { get; }

    /// <summary>What calls all targets of a delegate, by the delegate's type.</summary>
    public IReadOnlyDictionary<string, MethodDefinition> Multicast { get; }

    public MethodReference Matches { get; }
    public MethodReference Rethrow { get; }

    public MethodReference CheckReceiver { get; }

    /// <summary>The attribute that keeps machinery out of stack traces.</summary>
    public MethodReference StackTraceHidden { get; }

    /// <summary>The attribute that leads from a stub to its woven body.</summary>
    public MethodReference WovenMethodAttribute { get; }

    /// <summary>The same for frame classes without type parameters, of which it is a type argument.</summary>
    public MethodReference GenericWovenMethodAttribute { get; }

    /// <summary>Disposes a scope, given the exception with which its block is left.</summary>
    public MethodReference DisposeScopeAfter { get; }

    /// <summary>Disposes a stream or writer at the end of a block.</summary>
    public MethodReference DisposeStream { get; }

    public MethodReference Clear { get; }
    public MethodReference Unpin { get; }

    /// <summary>What calls a woven body with the thread pinned, by whether the body has a result and its number of arguments.</summary>
    public Dictionary<(bool HasResult, int Arguments), MethodReference> PinnedCalls { get; }

    public MethodReference IsValueType { get; }
    public MethodReference OfferStruct { get; }

    /// <summary>The handler of interpolated strings that wait, and its methods.</summary>
    public TypeReference StringHandler { get; }

    public IReadOnlyList<MethodReference> StringHandlerMethods { get; }
    public MethodReference MatchesStruct { get; }
    public MethodReference MatchesBoxed { get; }
    public MethodReference MatchesDefault { get; }
    public MethodReference BoxOf { get; }
    public MethodReference OfferEntry { get; }
    public MethodReference Contract { get; }
    public MethodReference Announce { get; }
    public MethodReference ReachesThrough { get; }
    public MethodReference StructReachesThrough { get; }

    /// <summary>The methods that take references apart and make them again, by name.</summary>
    public Dictionary<string, MethodReference> References { get; }

    public Dictionary<int, MethodReference> ChaosAfter { get; }

    /// <summary>In place of Monitor.Enter of a lock statement.</summary>
    public MethodReference EnterLockStatement { get; }

    /// <summary>In place of Lock.EnterScope.</summary>
    public MethodReference EnterLockScope { get; }

    /// <summary>Stands for a poll in the code of a method until it is written.</summary>
    public MethodReference PollYield { get; }

    /// <summary>What a loop calls when it is asked to yield: at a point of its own; behind a call, by the number of parameters.</summary>
    public MethodReference PollBegin { get; }

    public Dictionary<int, MethodReference> PollAfter { get; }
    public MethodReference WovenAttribute { get; }

    /// <summary>Gives the current thread's [ThreadStatic] fields of a type.</summary>
    public MethodReference ThreadStaticsOf { get; }

    /// <summary>Finds the runtime library: the module itself, or the referenced one.</summary>
    /// <returns>Null, with an error reported, where it is not referenced.</returns>
    public static RuntimeTypes? Load(ModuleDefinition module, DiagnosticSink diagnostics)
    {
        if (module.Assembly.Name.Name == AssemblyName) return new RuntimeTypes(module, module);
        AssemblyDefinition? runtime = module.AssemblyResolver.Resolve(new AssemblyNameReference(AssemblyName, null));
        if (runtime is null)
        {
            diagnostics.Error(DiagnosticId.RuntimeNotReferenced,
                $"{module.Name} cannot be woven because GreenThreads.dll is not among its references; add <PackageReference Include=\"GreenThreads\" /> or set GreenThreadsWeave to false");
            return null;
        }
        try
        {
            return new RuntimeTypes(module, runtime.MainModule);
        }
        catch (InvalidOperationException)
        {
            diagnostics.Error(DiagnosticId.RuntimeNotReferenced,
                $"{module.Name} cannot be woven because {runtime.MainModule.FileName} is of another version than the weaver; reference the GreenThreads package that the weaver comes from");
            return null;
        }
    }
}
