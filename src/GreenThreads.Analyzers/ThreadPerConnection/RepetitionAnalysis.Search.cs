using Microsoft.CodeAnalysis;

namespace GreenThreads.Analyzers.ThreadPerConnection;

internal sealed partial class RepetitionAnalysis
{
    /// <summary>One search outwards from a start: what is still to be looked at, and what was.</summary>
    private sealed class Search
    {
        private readonly Dictionary<ISymbol, int> _entered = new(SymbolEqualityComparer.Default);

        /// <summary>The places whose surroundings are still to be looked at.</summary>
        public Queue<(SyntaxNode Place, Way Way)> Open { get; } = new();

        /// <summary>Whether there is something new to be found from the symbol on.</summary>
        /// <remarks>
        /// Who waits for the end of the work, asks no callers or is guarded finds nothing that others do not: after them it is not
        /// entered again.
        /// </remarks>
        public bool Enters(ISymbol symbol, Way way)
        {
            int state = (way.Serial ? 1 : 0) + (way.Local ? 2 : 0) + (way.Guarded ? 4 : 0);
            _entered.TryGetValue(symbol, out int entered);
            for (int other = 0; other < 8; other++)
            {
                // a state with no more restrictions than this one was here
                if ((other & ~state) == 0 && (entered & 1 << other) != 0) return false;
            }
            _entered[symbol] = entered | 1 << state;
            return true;
        }
    }
}
