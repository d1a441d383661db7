using GreenThreads.Weaver.Tests.Harness;
using Microsoft.CodeAnalysis;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Tests.Verification;

/// <summary>The verifier finds what is put wrong on purpose: without that its silence would say nothing.</summary>
public class MutationTests
{
    private const string Source = """
        using System;
        using System.Collections.Generic;
        public interface IFace { int Get(); }
        public class Base { public readonly int N; protected Base(int n) { N = n; } private int Hidden() => N; public int Call() => Hidden(); }
        public sealed class Derived : Base, IFace { public int M; public Derived(int n) : base(n) { M = n; } public int Get() => M; }
        public struct Two { public int A; public string B; public int Sum(int n) { A += n; return A; } }
        public static class Mutated
        {
            public static int Add(int a, long b, string s) { long sum = a + b; string copy = s; return (int)sum + copy.Length; }
            public static int Try(int n) { int r = 0; try { r = n / 2; } catch (DivideByZeroException) { r = 1; } finally { r++; } return r; }
            public static string Pick(bool first, string a, string b) { return first ? a : b; }
            public static int Struct(int n) { var two = new Two { A = n, B = "b" }; two.Sum(n); return two.Sum(two.A); }
            public static object Make(int n) { Base made = new Derived(n); IFace face = (Derived)made; return face.Get(); }
            public static T Generic<T>(T value, List<T> list) where T : class, IComparable { list.Add(value); return list[0]; }
            public static string Instantiate(List<string> list) => Generic("a", list);
            public static Func<int, int> Delegate(Derived d) { Func<int, int> f = n => n + d.M; return f; }
            public static ref int Reference(int[] array, int i) { ref int r = ref array[i]; r++; return ref r; }
            public static void Filter(object o) { try { o.ToString(); } catch (Exception e) when (e.Message.Length > 2) { throw; } }
        }
        """;

    private static readonly Lazy<string> s_file = new(() =>
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(Toolchain.Work, "mutated")).FullName, "Mutated.dll");
        CorpusCompiler.Compile([("/_/mutated.cs", Source)], file, OptimizationLevel.Debug, []);
        return file;
    });

    [Fact]
    public void Without_a_mutation_nothing_is_found() =>
        Assert.Empty(AssemblyVerifier.Verify(s_file.Value, Toolchain.FrameworkReferences, out _));

    [Fact]
    public void A_local_of_the_wrong_type() => Finds("Add", Rule.Assignment, (m, _) => m.Body.Variables[0].VariableType = m.Module.TypeSystem.Int32);

    [Fact]
    public void A_missing_pop_leaves_a_value() => Finds("Struct", Rule.StackDepth, (m, il) => il.Remove(First(m, Code.Pop)));

    [Fact]
    public void A_pop_too_many() => Finds("Add", Rule.StackDepth, (m, il) => il.InsertBefore(Last(m, Code.Ret), il.Create(OpCodes.Pop)));

    [Fact]
    public void Swapped_arguments() => Finds("Generic", Rule.Assignment, (m, il) =>
    {
        Instruction call = First(m, Code.Callvirt);
        (call.Previous.OpCode, call.Previous.Previous.OpCode) = (call.Previous.Previous.OpCode, call.Previous.OpCode);
    });

    [Fact]
    public void A_branch_into_a_try_block() => Finds("Try", Rule.Branch, (m, il) =>
        il.InsertBefore(m.Body.Instructions[0], il.Create(OpCodes.Br, Handler(m, ExceptionHandlerType.Catch).TryStart.Next.Next)));

    [Fact]
    public void A_branch_into_a_handler() => Finds("Try", Rule.Branch, (m, il) =>
        il.InsertBefore(m.Body.Instructions[0], il.Create(OpCodes.Br, Handler(m, ExceptionHandlerType.Finally).HandlerStart)));

    [Fact]
    public void A_branch_instead_of_a_leave() => Finds("Try", Rule.Branch, (m, _) =>
    {
        Instruction leave = Handler(m, ExceptionHandlerType.Catch).HandlerStart.Previous;
        leave.OpCode = OpCodes.Br;
    });

    [Fact]
    public void A_leave_out_of_a_finally_block() => Finds("Try", Rule.Branch, (m, il) =>
        il.Replace(First(m, Code.Endfinally), il.Create(OpCodes.Leave, Last(m, Code.Ret).Previous)));

    [Fact]
    public void A_return_in_a_try_block() => Finds("Try", Rule.Placement, (m, il) =>
    {
        Instruction start = Handler(m, ExceptionHandlerType.Catch).TryStart;
        il.InsertAfter(start, il.Create(OpCodes.Ret));
        il.InsertAfter(start, il.Create(OpCodes.Ldc_I4_0));
    });

    [Fact]
    public void A_value_on_the_stack_where_a_try_block_begins() => Finds("Try", Rule.RegionStack, (m, il) =>
        il.InsertBefore(m.Body.Instructions[0], il.Create(OpCodes.Ldc_I4_0)));

    [Fact]
    public void A_rethrow_outside_a_handler() => Finds("Filter", Rule.Placement, (m, il) =>
        il.InsertBefore(m.Body.Instructions[0], il.Create(OpCodes.Rethrow)));

    [Fact]
    public void An_end_of_a_finally_block_in_a_catch_block() => Finds("Filter", Rule.Placement, (m, il) =>
        il.Replace(First(m, Code.Rethrow), il.Create(OpCodes.Endfinally)));

    [Fact]
    public void Paths_that_join_with_different_types() => Finds("Pick", Rule.Join, (m, il) => il.Replace(First(m, Code.Ldarg_2), il.Create(OpCodes.Ldc_I4_1)));

    [Fact]
    public void Paths_that_join_with_different_depths() => Finds("Pick", Rule.StackDepth, (m, il) => il.InsertBefore(First(m, Code.Ldarg_2), il.Create(OpCodes.Ldc_I4_1)));

    [Fact]
    public void Arithmetic_on_an_object() => Finds("Add", Rule.Operand, (m, il) => il.Replace(First(m, Code.Ldarg_0), il.Create(OpCodes.Ldarg_2)));

    [Fact]
    public void A_sum_of_an_int_and_a_long() => Finds("Add", Rule.Operand, (m, il) => il.Remove(First(m, Code.Conv_I8)));

    [Fact]
    public void A_method_of_another_class() => Finds("Make", Rule.Assignment, (m, il) => il.Remove(First(m, Code.Castclass)));

    [Fact]
    public void A_struct_instead_of_its_address() => Finds("Struct", Rule.Assignment, (m, il) =>
    {
        Instruction load = First(m, Code.Call);
        while (load.OpCode.Code is not (Code.Ldloca or Code.Ldloca_S)) load = load.Previous;
        il.Replace(load, il.Create(OpCodes.Ldloc_0));
    });

    [Fact]
    public void An_unboxed_result() => Finds("Make", Rule.Assignment, (m, il) => il.Remove(First(m, Code.Box)));

    [Fact]
    public void A_private_method_of_another_class() => Finds("Make", Rule.Visibility, (m, il) =>
    {
        MethodDefinition hidden = m.Module.GetType("Base").Methods.Single(x => x.Name == "Hidden");
        Instruction call = First(m, Code.Callvirt);
        il.InsertBefore(call, il.Create(OpCodes.Castclass, m.Module.GetType("Base")));
        call.Operand = hidden;
    });

    [Fact]
    public void A_read_only_field_is_written() => Finds("Make", Rule.ReadOnly, (m, il) =>
    {
        Instruction made = First(m, Code.Newobj);
        foreach (Instruction each in new[] { il.Create(OpCodes.Stfld, m.Module.GetType("Base").Fields[0]), il.Create(OpCodes.Ldc_I4_1), il.Create(OpCodes.Dup) }) il.InsertAfter(made, each);
    });

    [Fact]
    public void A_constructor_that_calls_no_other() => FindsIn("Derived", ".ctor", Rule.UninitializedThis, (m, il) =>
    {
        Instruction call = First(m, Code.Call);
        il.InsertBefore(call, il.Create(OpCodes.Pop));
        il.Replace(call, il.Create(OpCodes.Pop));
    });

    [Fact]
    public void A_constructor_call_on_an_existing_object() => Finds("Make", Rule.ConstructorCall, (m, il) =>
    {
        MethodReference constructor = (MethodReference)First(m, Code.Newobj).Operand;
        foreach (Instruction each in new[] { il.Create(OpCodes.Call, constructor), il.Create(OpCodes.Ldc_I4_1), il.Create(OpCodes.Dup) }) il.InsertAfter(First(m, Code.Newobj), each);
    });

    [Fact]
    public void A_type_argument_that_does_not_meet_its_constraints() => Finds("Instantiate", Rule.Constraint, (m, _) =>
    {
        var call = (GenericInstanceMethod)First(m, Code.Call).Operand;
        call.GenericArguments[0] = m.Module.TypeSystem.Object;
    });

    [Fact]
    public void A_delegate_for_a_method_with_other_parameters() => Finds("Delegate", Rule.Assignment, (m, il) =>
    {
        Instruction load = First(m, Code.Ldftn);
        load.Operand = m.Module.GetType("IFace").Methods[0];
    });

    [Fact]
    public void A_reference_to_a_local_is_returned() => Finds("Reference", Rule.EscapingReference, (m, il) =>
    {
        m.Body.Variables.Add(new VariableDefinition(m.Module.TypeSystem.Int32));
        Instruction ret = Last(m, Code.Ret);
        il.InsertBefore(ret, il.Create(OpCodes.Pop));
        il.InsertBefore(ret, il.Create(OpCodes.Ldloca, m.Body.Variables[^1]));
    });

    [Fact]
    public void Control_that_falls_off_the_end() => Finds("Add", Rule.Branch, (m, il) => il.Replace(Last(m, Code.Ret), il.Create(OpCodes.Pop)));

    [Fact]
    public void A_field_that_does_not_exist() => Finds("Struct", Rule.Unresolved, (m, _) =>
        First(m, Code.Ldfld).Operand = new FieldReference("Z", m.Module.TypeSystem.Int32, m.Module.GetType("Two")));

    [Fact]
    public void A_reference_to_another_type() => Finds("Reference", Rule.Assignment, (m, _) =>
        m.Body.Variables[0].VariableType = new ByReferenceType(m.Module.TypeSystem.Int64));

    private static void Finds(string method, Rule rule, Action<MethodDefinition, ILProcessor> mutate) => FindsIn("Mutated", method, rule, mutate);

    private static void FindsIn(string type, string method, Rule rule, Action<MethodDefinition, ILProcessor> mutate)
    {
        using var resolver = new DefaultAssemblyResolver();
        foreach (string folder in Toolchain.FrameworkReferences.Select(r => Path.GetDirectoryName(r)!).Distinct()) resolver.AddSearchDirectory(folder);
        using ModuleDefinition module = ModuleDefinition.ReadModule(s_file.Value, new ReaderParameters { AssemblyResolver = resolver, InMemory = true });
        MethodDefinition mutated = module.GetType(type).Methods.Single(m => m.Name == method);
        Assert.Empty(AssemblyVerifier.Verify(mutated));
        mutate(mutated, mutated.Body.GetILProcessor());
        IReadOnlyList<Finding> findings = AssemblyVerifier.Verify(mutated);
        Assert.Contains(findings, f => f.Rule == rule);
    }

    private static Instruction First(MethodDefinition method, Code code) => method.Body.Instructions.First(i => i.OpCode.Code == code);

    private static Instruction Last(MethodDefinition method, Code code) => method.Body.Instructions.Last(i => i.OpCode.Code == code);

    private static ExceptionHandler Handler(MethodDefinition method, ExceptionHandlerType type) => method.Body.ExceptionHandlers.First(h => h.HandlerType == type);
}
