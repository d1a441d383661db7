namespace Learn.Experiments;

/// <summary>What an experiment has measured, in a form that console, page and web page can all draw.</summary>
/// <param name="Charts">Bars to compare.</param>
/// <param name="Facts">What came out, in sentences.</param>
/// <param name="Limits">What the machine did not allow.</param>
internal sealed record ExperimentResult(Chart[] Charts, string[] Facts, Limit[] Limits);

/// <summary>Bars with one unit.</summary>
/// <param name="Title">What is compared.</param>
/// <param name="Unit">The unit of the values.</param>
/// <param name="Bars">The bars.</param>
internal sealed record Chart(string Title, string Unit, Bar[] Bars);

/// <summary>One bar.</summary>
/// <param name="Label">What it stands for.</param>
/// <param name="Value">Its length.</param>
/// <param name="Kind">"green", "os" or "other": its colour.</param>
internal sealed record Bar(string Label, double Value, string Kind);

/// <summary>Something that the machine did not allow.</summary>
/// <param name="Problem">What could not be done, and by which limit.</param>
/// <param name="Cure">What to change.</param>
internal sealed record Limit(string Problem, string Cure);

/// <summary>A line that the process of an experiment writes.</summary>
/// <param name="Done">How far it is, from 0 to 1.</param>
/// <param name="Doing">What it does; null with the result.</param>
/// <param name="Result">The result: the last line.</param>
internal sealed record ExperimentLine(double Done, string? Doing, ExperimentResult? Result);

/// <summary>All experiments of one run, for the pages.</summary>
/// <param name="Time">When.</param>
/// <param name="Machine">On what.</param>
/// <param name="Results">By lesson, from 1.</param>
internal sealed record MeasuredRun(DateTimeOffset Time, string Machine, ExperimentResult[] Results);
