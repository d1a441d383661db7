using GreenThreads.Tests.Infrastructure;

// The scheduler and its counters belong to the process, and tests assert the counters: one test at a time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: HangBound]
