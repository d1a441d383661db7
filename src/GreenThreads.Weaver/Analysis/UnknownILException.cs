namespace GreenThreads.Weaver.Analysis;

/// <summary>The IL of a method is not one that the analysis understands: the method stays as it is.</summary>
internal sealed class UnknownILException(string message) : Exception(message);
