namespace Learn.Experiments;

/// <summary>The experiment of a lesson. It runs in a process of its own, which may die of what it tries.</summary>
internal interface IExperiment
{
    /// <summary>Measures.</summary>
    /// <param name="size">How much.</param>
    /// <param name="progress">Is told how far it is, and what it does.</param>
    ExperimentResult Run(ExperimentSize size, Action<double, string> progress);
}

/// <summary>How much an experiment does.</summary>
internal enum ExperimentSize
{
    /// <summary>Some seconds for all five: tests.</summary>
    Quick,

    /// <summary>What the lessons talk about.</summary>
    Full,
}
