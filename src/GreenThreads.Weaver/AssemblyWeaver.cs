using System.Reflection;
using GreenThreads.Weaver.Analysis;
using GreenThreads.Weaver.Diagnostics;
using GreenThreads.Weaver.Libraries;
using GreenThreads.Weaver.Metadata;
using GreenThreads.Weaver.Rewriting;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver;

/// <summary>Reads an assembly, weaves it and writes it; what goes wrong becomes a message and leaves no output.</summary>
/// <param name="options">What to weave.</param>
/// <param name="resolver">Finds what it refers to.</param>
/// <param name="diagnostics">Where messages go.</param>
internal sealed class AssemblyWeaver(WeaveOptions options, ReferenceResolver resolver, DiagnosticSink diagnostics)
{
    /// <summary>Does the work.</summary>
    /// <returns>What was woven; null with an error reported.</returns>
    public WeaveSummary? Weave()
    {
        if (File.Exists(options.Input)) CollectionFree.Begin(new FileInfo(options.Input).Length);
        using ModuleDefinition? module = Read();
        if (module is null) return null;
        resolver.ReadAhead(module.AssemblyReferences);
        if (!IsWovable(module)) return null;
        try
        {
            if (RuntimeTypes.Load(module, diagnostics) is not { } runtime) return null;
            if (!CheckReferences(module)) return null;
            BrokenIL.Check(module);
            if (options.IsLibrary) ThreadStaticFields.Move(module, runtime);
            ScopeDisposals.Redirect(module, runtime);
            var weaver = new ModuleWeaver(module, runtime, diagnostics, options);
            weaver.Weave();
            WovenAssemblyMarks.AddWoven(module, runtime, Signature());
            if (diagnostics.HasErrors || !Write(module)) return null;
            WeaveSummary summary = weaver.Report.Summarize(options.Input, options.Output, module.Assembly.Name);
            if (options.ReportFile is not null) weaver.Report.Write(options.ReportFile, summary);
            return summary;
        }
        catch (MethodWeaveException exception)
        {
            diagnostics.Error(DiagnosticId.WeaverFailure,
                $"the weaver failed on {exception.Message}; {module.Name} was left as compiled; mark the method [NotWoven], or do not weave the assembly, and report this: {exception.InnerException}");
        }
        catch (AssemblyResolutionException exception)
        {
            diagnostics.Error(DiagnosticId.UnresolvedReference,
                $"{module.Name} needs {exception.AssemblyReference.FullName}, which is not among its references; add the reference");
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            diagnostics.Error(DiagnosticId.WeaverFailure,
                $"the weaver failed on {module.Name}, which was left as compiled; rebuild it, and if that does not help report this: {exception}");
        }
        return null;
    }

    private static string Signature()
    {
        string version = typeof(AssemblyWeaver).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return version.Split('+')[0];
    }

    private ModuleDefinition? Read()
    {
        try
        {
            return ReadModule(withSymbols: true);
        }
        catch (Exception exception) when (options.IsLibrary && exception is SymbolsNotMatchingException or SymbolsNotFoundException or NotSupportedException)
        {
            return ReadModule(withSymbols: false); // a PDB of another build, or of Windows
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            diagnostics.Error(DiagnosticId.UnreadableAssembly, $"{options.Input} cannot be read as a .NET assembly ({exception.Message}); rebuild it, or set GreenThreadsWeave to false");
            return null;
        }
    }

    private ModuleDefinition ReadModule(bool withSymbols) => ModuleDefinition.ReadModule(options.Input, new ReaderParameters
    {
        AssemblyResolver = resolver,
        InMemory = true,
        ReadSymbols = withSymbols,
        SymbolReaderProvider = withSymbols ? new DefaultSymbolReaderProvider(throwIfNoSymbol: false) : null,
    });

    private bool IsWovable(ModuleDefinition module)
    {
        if (module.Assembly.Has(WovenNames.WovenAttribute))
        {
            diagnostics.Error(DiagnosticId.AlreadyWoven,
                $"{options.Input} has been woven already; weave the compiler's output instead (a clean build gives it)");
            return false;
        }
        if ((module.Attributes & ModuleAttributes.ILOnly) == 0)
        {
            if (options.IsLibrary && ReadyToRun.IsImage(options.Input))
            {
                ReadyToRun.DropNativeCode(module);
            }
            else
            {
                diagnostics.Error(DiagnosticId.MixedModeAssembly,
                    $"{options.Input} contains native code (mixed mode or ready-to-run) and cannot be woven; weave its IL-only build, or set GreenThreadsWeave to false");
                return false;
            }
        }
        return !options.IsLibrary || StrongNames.Prepare(module, options.KeyFile, diagnostics);
    }

    private bool CheckReferences(ModuleDefinition module)
    {
        foreach (AssemblyNameReference reference in module.AssemblyReferences)
        {
            if (resolver.Resolve(reference) is not { } assembly)
            {
                diagnostics.Warn(DiagnosticId.UnresolvedReference, null,
                    $"{reference.Name} {reference.Version}, which {module.Name} refers to, was not found; calls into it are taken for calls that do not suspend; add the reference");
                continue;
            }
            foreach (string other in WovenAssemblyMarks.Accessed(assembly))
            {
                if (resolver.Resolve(new AssemblyNameReference(other, null)) is not { } needed || needed.Has(WovenNames.WovenAttribute)) continue;
                diagnostics.Error(DiagnosticId.WovenTogether,
                    $"{reference.Name} was woven together with {other}, of which {module.Name} has a copy that is not woven; add <GreenThreadsWeaveAssembly Include=\"{other}\" />");
                return false;
            }
        }
        return true;
    }

    private bool Write(ModuleDefinition module)
    {
        string output = Path.GetFullPath(options.Output);
        string folder = Path.Combine(Path.GetDirectoryName(output)!, $".weave-{Environment.ProcessId}");
        string temporary = Path.Combine(folder, Path.GetFileName(output));
        // Symbols go through memory: Cecil writes the path of the file that it writes them to into the assembly, which would
        // make the bytes depend on the folder. From a stream without a path it takes the name of the assembly.
        using var symbols = new MemoryStream();
        bool isEmbedded = module.HasDebugHeader && module.GetDebugHeader().Entries.Any(e => e.Directory.Type == ImageDebugType.EmbeddedPortablePdb);
        try
        {
            Directory.CreateDirectory(folder);
            module.Write(temporary, new WriterParameters
            {
                DeterministicMvid = true,
                Timestamp = 0,
                WriteSymbols = module.HasSymbols,
                SymbolStream = module.HasSymbols && !isEmbedded ? symbols : null,
                SymbolWriterProvider = !module.HasSymbols ? null : isEmbedded ? new EmbeddedPortablePdbWriterProvider() : new PortablePdbWriterProvider(),
                StrongNameKeyBlob = options.KeyFile is null ? null : File.ReadAllBytes(options.KeyFile),
            });
            if (module.HasSymbols && !isEmbedded)
            {
                string temporarySymbols = Path.ChangeExtension(temporary, ".pdb");
                File.WriteAllBytes(temporarySymbols, symbols.ToArray());
                File.Move(temporarySymbols, Path.ChangeExtension(output, ".pdb"), overwrite: true);
            }
            File.Move(temporary, output, overwrite: true);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            diagnostics.Error(DiagnosticId.OutputNotWritten, $"{output} cannot be written ({exception.Message}); check the folder's permissions and free space");
            return false;
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }
}
