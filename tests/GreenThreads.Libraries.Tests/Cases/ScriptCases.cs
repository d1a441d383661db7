using GreenThreads.Libraries.Tests.Harness;
using Jint;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Jint: scripts that call functions and objects which wait, from everywhere in the interpreter.</summary>
public static class ScriptCases
{
    [LibraryCase]
    public static string Scripts_call_what_waits()
    {
        var log = new List<string>();
        Engine engine = NewEngine(log);
        engine.Execute(
            """
            function fib(n) { return n < 2 ? wait(n) : fib(n - 1) + fib(n - 2); }
            log(fib(8));
            log([3, 1, 2].sort((a, b) => wait(a - b)).join());
            class A { #x = 1; static s = wait(5); get x() { return wait(this.#x); } *all() { for (let i = 0; i < 3; i++) yield wait(i); } }
            log(new A().x + A.s + ':' + [...new A().all()]);
            log(JSON.stringify({ a: 1, b: [1, { c: money.Value }] }, (k, v) => wait(v)));
            log('a-b-c'.replace(/-/g, x => wait(1) + x));
            log(new Proxy({}, { get(t, k) { return wait(7) + String(k) } }).name);
            const { a, ...rest } = { a: 1, b: 2, c: wait(3) };
            log(JSON.stringify(rest) + `text ${wait(1)}`);
            outer: for (const i of [1, 2, 3]) { for (const j of [1, 2]) { if (wait(j) === 2) continue outer; log(i + ',' + j); } }
            Promise.resolve(1).then(v => log('then ' + wait(v)));
            """);
        return string.Join("|", log);
    }

    [LibraryCase]
    public static string Failures_pass_scripts_in_both_directions()
    {
        var log = new List<string>();
        Engine engine = NewEngine(log);
        engine.Execute(
            """
            try { null.x } catch (e) { log(e.name) } finally { log('finally ' + wait(1)) }
            try { money.Fail('bad') } catch (e) { log(e.message) } finally { log('again ' + wait(2)) }
            function deep(n) { return n === 0 ? money.Fail('deep') : 1 + deep(n - 1) }
            try { deep(50) } catch (e) { log('below: ' + e.message) }
            """);
        try
        {
            engine.Evaluate("deep(wait(20))");
        }
        catch (Jint.Runtime.JavaScriptException e)
        {
            log.Add($"out: {e.Message}");
        }
        return string.Join("|", log);
    }

    private static Engine NewEngine(List<string> log)
    {
        var engine = new Engine(options => options.CatchClrExceptions());
        engine.SetValue("wait", new Func<object?, object?>(Waits.Then));
        engine.SetValue("log", new Action<object>(text => log.Add(Waits.Then($"{text}"))));
        engine.SetValue("money", new Money());
        return engine;
    }

    private sealed class Money
    {
        public int Value => Waits.Then(42);

        public int Fail(string why)
        {
            Waits.Once();
            throw new InvalidOperationException(why);
        }
    }
}
