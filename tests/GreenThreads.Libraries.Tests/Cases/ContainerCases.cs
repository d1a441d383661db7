using Autofac;
using Autofac.Core;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Autofac with constructors, factories and disposal that wait.</summary>
public static class ContainerCases
{
    [LibraryCase]
    public static string Components_are_built_and_disposed()
    {
        var trace = new List<string>();
        var builder = new ContainerBuilder();
        builder.RegisterInstance(trace);
        builder.RegisterType<Clock>().As<IClock>().InstancePerLifetimeScope();
        builder.RegisterType<Service>().AsSelf().OnActivated(e => { Waits.Once(); e.Context.Resolve<List<string>>().Add("activated"); });
        builder.Register((IComponentContext c, IEnumerable<Parameter> p) => Waits.Then($"made {p.Named<int>("n")}")).Named<string>("factory");
        builder.RegisterGeneric(typeof(Box<>)).As(typeof(IBox<>));
        builder.RegisterDecorator<LoudClock, IClock>();
        using (IContainer container = builder.Build())
        {
            using (ILifetimeScope scope = container.BeginLifetimeScope(b => b.RegisterInstance("scoped")))
            {
                Service service = scope.Resolve<Service>();
                trace.Add(service.Clocks().Select(c => c.Now).Aggregate((a, b) => a + b));
                trace.Add(scope.Resolve<IBox<Service>>().Content.GetType().Name);
                trace.Add(scope.ResolveNamed<string>("factory", new NamedParameter("n", 3)));
            }
            try
            {
                container.Resolve<Missing>();
            }
            catch (DependencyResolutionException e)
            {
                trace.Add(e.GetType().Name);
            }
        }
        return string.Join("|", trace);
    }

    public interface IClock
    {
        string Now { get; }
    }

    public interface IBox<T>
    {
        T Content { get; }
    }

    public sealed class Clock : IClock, IDisposable
    {
        private readonly List<string> _trace;

        public Clock(List<string> trace)
        {
            Waits.Once();
            (_trace = trace).Add("clock");
        }

        public string Now => Waits.Then("noon");

        public void Dispose()
        {
            Waits.Once();
            _trace.Add("clock disposed");
        }
    }

    public sealed class LoudClock(IClock inner) : IClock
    {
        public string Now => inner.Now.ToUpperInvariant();
    }

    public sealed class Service(Func<IEnumerable<IClock>> clocks)
    {
        public IEnumerable<IClock> Clocks() => Waits.Then(clocks());
    }

    public sealed class Box<T>(T content) : IBox<T>
    {
        public T Content { get; } = Waits.Then(content);
    }

    public sealed class Missing(IFormatProvider provider)
    {
        public IFormatProvider Provider => provider;
    }
}
