using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Metadata;
using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace GreenThreads.Weaver;

/// <summary>Weaves the methods of one module.</summary>
internal sealed class ModuleWeaver(ModuleDefinition module, RuntimeTypes runtime, DiagnosticSink diagnostics, WeaveOptions options)
{
    private readonly ReturnSummaries _summaries = new(module);
    private readonly Dictionary<string, MethodDefinition> _multicast = MulticastHelpers.Add(module, runtime);
    private readonly Suspendability _analysis = Analyse(module, runtime, diagnostics, options); // of those, too

    /// <summary>What was done.</summary>
    public WeaveReport Report { get; } = new();

    /// <summary>
    /// Plans all methods first, since the plans look at unchanged code; then gives the suspendable ones a second body
    /// and rewrites it; then redirects blocking calls in the others, which run pinned.
    /// </summary>
    public void Weave()
    {
        List<MethodDefinition> methods = [.. module.Types.SelectMany(TypeExtensions.WithNested).SelectMany(t => t.Methods).Where(m => m.HasBody)];
        IReadOnlySet<MethodDefinition> locking = GreenLocks.Apply(module, runtime, _analysis, methods);
        Dictionary<MethodDefinition, MethodDefinition> boxed = BoxedReceivers.Add(methods, _analysis, runtime);
        methods.AddRange(boxed.Values);
        Dictionary<MethodDefinition, (FlowGraph Flow, MethodPlan Plan)> plans = PlanAll(methods);
        var context = new WeaveContext(module, runtime, _analysis, [], diagnostics, options.Chaos) { Boxed = boxed, Multicast = _multicast, RefStructs = new RefStructAccess(module, _summaries.RefStructs) };
        var frames = new Dictionary<MethodDefinition, FrameLayout>();
        foreach (MethodDefinition method in methods)
        {
            if (!plans.ContainsKey(method)) continue;
            frames.Add(method, CreateFrame(method));
            context.Bodies.Add(method, frames[method].Body);
        }
        if (module == runtime.Runtime) context.Calls.AddShared();
        foreach (MethodDefinition method in methods)
        {
            if (method.Has(WovenNames.HandWovenAttribute)) continue;
            try
            {
                PinDiagnostics.ReportDelegates(method, _analysis, diagnostics, Report);
                ForeignCallbacks.Report(method, _analysis, diagnostics, Report);
                if (plans.Remove(method, out (FlowGraph Flow, MethodPlan Plan) planned)) // its last use: plans are most of what is alive
                {
                    PinDiagnostics.Report(method, planned.Plan, diagnostics, Report);
                    WeaveMethod(method, planned.Flow, planned.Plan, frames[method], context);
                }
                else
                {
                    Redirect(method, context);
                    if (locking.Contains(method)) method.Body.OptimizeMacros();
                }
            }
            catch (Exception exception) when (exception is not AssemblyResolutionException)
            {
                throw new MethodWeaveException(method.FullName, exception);
            }
        }
        foreach (TypeDefinition type in module.Types.SelectMany(TypeExtensions.WithNested)) ClearInStaticConstructor(type, context);
        WovenAssemblyMarks.AddAccess(module, context.CalledAssemblies);
        if (module == runtime.Runtime) WovenAssemblyMarks.HideMachinery(module);
    }

    // Calls of twins are methods of the module like any other: they have to be there first.
    private static Suspendability Analyse(ModuleDefinition module, RuntimeTypes runtime, DiagnosticSink diagnostics, WeaveOptions options)
    {
        var table = new TwinTable(module, runtime.Runtime, new SubstitutionTable(module, runtime.Runtime), options.Twins);
        new TwinRedirection(module, runtime, table).Apply();
        return new Suspendability(module, runtime, diagnostics, options.IsLibrary);
    }

    // The runtime library is left out of stack traces, and without symbols they show little.
    private bool SavesNothingInTail => module == runtime.Runtime || !module.HasSymbols || options.IsLibrary;

    private Dictionary<MethodDefinition, (FlowGraph, MethodPlan)> PlanAll(List<MethodDefinition> methods)
    {
        while (true)
        {
            var plans = new Dictionary<MethodDefinition, (FlowGraph, MethodPlan)>();
            var excluded = new Dictionary<MethodDefinition, string>();
            foreach (MethodDefinition method in methods)
            {
                if (!_analysis.IsSuspendable(method) || method.Has(WovenNames.HandWovenAttribute)) continue;
                try
                {
                    SequencePointMap.Bind(method);
                    CurrentMethod.Name(method);
                    StructConstructions.Lower(method, _analysis);
                    HandlerHoisting.Apply(method, _analysis, runtime);
                    ReassignedParameters.MoveToLocals(method, _summaries.RefStructs);
                    InterpolatedStrings.Retarget(method, _analysis, runtime);
                    FlowGraph flow = LoopPolls.Insert(method, runtime);
                    RegionTree.Build(flow, []);
                    MethodPlan plan = Plan(method, flow);
                    // the line of a method that was put into its caller would be missing in stack traces
                    if (!module.HasSymbols && plan.Pinned.Any(p => p.Id == DiagnosticId.ReferenceAcrossWait) && SpanInlining.Apply(method, _analysis, _summaries))
                    {
                        flow = new FlowGraph(method);
                        plan = Plan(method, flow);
                    }
                    plans.Add(method, (flow, plan));
                }
                catch (UnknownILException exception)
                {
                    diagnostics.Warn(DiagnosticId.UnknownIL, SequencePoints.At(method, null),
                        $"{MethodNames.Of(method)} is not woven and pins when it waits, because {UnknownILException.Reason}: {exception.Message}");
                    excluded.Add(method, $"{UnknownILException.Reason}: {exception.Message}");
                }
                catch (Exception exception) when (exception is not AssemblyResolutionException)
                {
                    throw new MethodWeaveException(method.FullName, exception);
                }
            }
            if (excluded.Count == 0) return plans;
            _analysis.Exclude(excluded);
        }
    }

    private MethodPlan Plan(MethodDefinition method, FlowGraph flow) => new Planner(method, flow, _analysis, _summaries, SavesNothingInTail).Plan();

    private FrameLayout CreateFrame(MethodDefinition method)
    {
        var frame = new FrameLayout(method, runtime, method.DeclaringType.NestedTypes.Count);
        method.CustomAttributes.Add(WovenAssemblyMarks.WovenMethod(frame.Type, runtime));
        return frame;
    }

    private void WeaveMethod(MethodDefinition method, FlowGraph flow, MethodPlan plan, FrameLayout frame, WeaveContext context)
    {
        MethodDefinition body = frame.Body;
        ParameterDefinition continuation = body.Parameters[^1];
        MoveBody(method, body, continuation);
        if (plan.NeedsFrame) frame.AllowInstances(plan.NeedsReceiver);
        new BodyRewriter(body, continuation, flow, plan, plan.NeedsFrame ? frame : null, context).Rewrite();
        foreach (Instruction instruction in body.Body.Instructions) AnnounceLock(instruction);
        if (plan.NeedsFrame) frame.EmitResume();
        CurrentMethod.RunStaticConstructor(method, body);
        ShortForms.Apply(body.Body);
        new StubEmitter(method, context).Emit();
        ShortForms.Apply(method.Body);
    }

    private void MoveBody(MethodDefinition from, MethodDefinition to, ParameterDefinition continuation)
    {
        MethodBody source = from.Body;
        source.SimplifyMacros();
        MethodBody target = to.Body;
        target.InitLocals = source.InitLocals;
        target.MaxStackSize = source.MaxStackSize;
        ParameterDefinition receiver = source.ThisParameter;
        List<VariableDefinition> variables = [.. source.Variables];
        source.Variables.Clear();
        foreach (VariableDefinition variable in variables) target.Variables.Add(variable);
        foreach (Instruction instruction in source.Instructions)
        {
            if (instruction.Operand is ParameterDefinition parameter)
                instruction.Operand = parameter == receiver ? to.Parameters[0] : to.Parameters[parameter.Index + (from.HasThis ? 1 : 0)];
            else if (instruction.OpCode.Code == Code.Call && instruction.Operand is MethodReference callee && IsGetCurrent(callee))
                (instruction.OpCode, instruction.Operand) = (OpCodes.Ldarg, continuation);
        }
        foreach (ExceptionHandler handler in source.ExceptionHandlers) target.ExceptionHandlers.Add(handler);
        SequencePointMap.Move(from, to);
        from.Body = new MethodBody(from);
    }

    private static bool IsGetCurrent(MethodReference callee) =>
        callee.Name == "get_Current" && callee.DeclaringType.FullName == WovenNames.ContinuationType;

    // Blocking calls go to their substitutes in methods that are not woven too: there they pin, and say so.
    private void Redirect(MethodDefinition method, WeaveContext context)
    {
        if (Eligibility.IsExcluded(method))
        {
            Report.AddUntouched(method);
            return;
        }
        ILProcessor? il = null;
        (Instruction Call, CallTarget Target)? wait = null;
        string? reason = Eligibility.IsAsyncBody(method) ? null : _analysis.WhyNot(method);
        bool hasLockStatementsOnly = Locks.AreStatements(method);
        foreach (Instruction instruction in method.Body.Instructions.ToArray())
        {
            if (instruction.OpCode.Code is not (Code.Call or Code.Callvirt or Code.Newobj or Code.Jmp)) continue;
            if (LockCalls.IsEnterScope(instruction))
            {
                AnnounceLock(instruction);
                continue;
            }
            CallTarget target = _analysis.Classify(instruction);
            if (target.CanSuspend && (wait is null || target.Definite && !wait.Value.Target.Definite)) wait = (instruction, target);
            if (hasLockStatementsOnly && LockCalls.IsMonitorCall(instruction))
            {
                AnnounceLock(instruction);
                continue;
            }
            if (!target.IsSubstituted || instruction.OpCode.Code == Code.Jmp) continue;
            if (il is null)
            {
                SequencePointMap.Bind(method);
                il = method.Body.GetILProcessor();
            }
            if (target.LoadReceiver)
            {
                // branches to the call must find the load: the call's own instruction becomes the load
                var callee = (MethodReference)instruction.Operand;
                il.InsertAfter(instruction, Instruction.Create(OpCodes.Call, target.Callee));
                instruction.OpCode = OpCodes.Ldobj;
                instruction.Operand = callee.DeclaringType;
            }
            else
            {
                instruction.OpCode = OpCodes.Call;
                instruction.Operand = target.Callee;
            }
        }
        if (reason is not null && wait is var (call, called)) PinDiagnostics.ReportNotWoven(method, call, called, reason, diagnostics, Report);
        else Report.AddUntouched(method);
        if (il is null) return;
        method.Body.SimplifyMacros(); // short branches may not reach any more
        ShortForms.Apply(method.Body);
    }

    // Lock statements on objects that others may share stay as they are, but a thread that waits for one says so to its carrier.
    private void AnnounceLock(Instruction instruction)
    {
        if (module == runtime.Runtime) return;
        if (LockCalls.IsEnterScope(instruction)) (instruction.OpCode, instruction.Operand) = (OpCodes.Call, runtime.EnterLockScope);
        else if (LockCalls.IsMonitorCall(instruction) && instruction.Operand is MethodReference { Name: "Enter", Parameters.Count: 2 }) instruction.Operand = runtime.EnterLockStatement;
    }

    // A static constructor may run between a hand-shake and the method that it is meant for.
    private static void ClearInStaticConstructor(TypeDefinition type, WeaveContext context)
    {
        MethodDefinition? initializer = type.Methods.FirstOrDefault(m => m.IsConstructor && m.IsStatic && m.HasBody);
        if (initializer is null || context.Module == context.Runtime.Runtime) return;
        bool isModule = type.Name == "<Module>";
        if (!isModule && !type.Methods.Any(m => (m.IsStatic || m.IsConstructor) && context.Bodies.ContainsKey(m))) return;
        ILProcessor il = initializer.Body.GetILProcessor();
        il.InsertBefore(initializer.Body.Instructions[0], il.Create(OpCodes.Call, context.Runtime.Clear));
    }
}
