namespace GreenThreads.Corpus;

/// <summary>What cases throw on purpose.</summary>
public class CorpusException(string message, Exception? inner = null) : Exception(message, inner);
