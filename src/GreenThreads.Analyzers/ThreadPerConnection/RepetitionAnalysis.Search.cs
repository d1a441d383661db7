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
        /// Who waits for the end of the work, or asks no callers, finds nothing that others do not: after them it is not entered again.
        /// </remarks>
        public bool Enters(ISymbol symbol, bool serial, bool local)
        {
            int state = 1 << ((serial ? 1 : 0) + (local ? 2 : 0));
            // the states that find as much or more
            int covering = (serial, local) switch { (false, false) => 1, (true, false) => 1 | 2, (false, true) => 1 | 4, _ => 1 | 2 | 4 | 8 };
            _entered.TryGetValue(symbol, out int entered);
            if ((entered & covering) != 0) return false;
            _entered[symbol] = entered | state;
            return true;
        }
    }
}
