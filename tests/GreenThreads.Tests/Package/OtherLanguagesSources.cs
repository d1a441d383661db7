namespace GreenThreads.Tests.Package;

/// <summary>Programs that print what their work gives on an OS thread, on a green thread, and how often the latter was suspended.</summary>
internal static class OtherLanguagesSources
{
    internal const string FSharp =
        """
        open System
        open System.Threading
        open GreenThreads
        open GreenThreads.Diagnostics

        let nap () = Thread.Sleep 1
        let id x = nap (); x
        let rec loop n acc = if n = 0 then acc else loop (n - 1) (acc + id n)
        let rec even n = (nap (); if n = 0 then true else odd (n - 1))
        and odd n = if n = 0 then false else even (n - 1)
        type Shape = Circle of float | Square of int
        [<Struct>]
        type Point = { X: int; Y: int } with
            member this.Sum = id this.X + id this.Y
        let area s = match s with Circle r -> id (r * r) | Square a -> float (id a * a)
        let (|Even|Odd|) n = if id n % 2 = 0 then Even else Odd
        let apply f x = f x
        let add a b = id a + id b
        let inline twice ([<InlineIfLambda>] f) x = f (f x)
        let mapped () = [1..5] |> List.map (fun x -> id x * 2) |> List.sum
        let numbers = seq { for i in 1..4 do nap (); yield id i }
        let optional = function Some x when id x > 3 -> "large" | Some _ -> "small" | None -> "none"
        let byReference (x: byref<int>) = x <- x + id 1; x <- x + id x
        type Counter() =
            let changed = Event<int>()
            let mutable value = 0
            member _.Changed = changed.Publish
            member _.Raise() = value <- id (value + 1); changed.Trigger value
        let work () =
            let mutable s = ""
            s <- s + string (loop 10 0) + string (even 7)
            s <- s + string (area (Circle 2.0)) + string (area (Square 3)) + string (apply (fun x -> id x + 1) 4)
            s <- s + string (mapped ()) + string (Seq.sum numbers) + string ({ X = 3; Y = 4 }.Sum)
            s <- s + string (twice (add 2) 5) + string (apply (add 1) 6) + (match 5 with Even -> "even" | Odd -> "odd")
            s <- s + optional (Some 4) + optional (Some 1) + optional None
            try
                try failwith ("x" + id "y")
                finally nap ()
            with
            | :? ArgumentException -> s <- s + "never"
            | e when e.Message.Length > 1 -> s <- s + e.Message + id "z"
            let gate = obj()
            lock gate (fun () -> nap ())
            let mutable x = 5
            byReference &x
            let counter = Counter()
            counter.Changed.Add(fun v -> s <- s + string (id v))
            for _ in 1..2 do counter.Raise()
            use _ = { new IDisposable with member _.Dispose() = nap () }
            let r = async { do! Async.Sleep 1
                            return id 5 } |> Async.RunSynchronously
            let t = task { do! Threading.Tasks.Task.Delay 1
                           return id 6 }
            s + string x + string r + string t.Result + $"{id 7}"
        printfn "%s" (work ())
        printfn "%s" (GreenThread.Run(Func<string>(work)))
        printfn "%d" GreenThreadDiagnostics.Counters.Suspensions
        """;

    // "On Error" makes of a method one filter and a switch back into the middle of it. Err.Number is read before the next wait: Err
    // belongs to the OS thread.
    internal const string VisualBasic =
        """
        Imports System
        Imports System.Collections.Generic
        Imports System.Linq
        Imports System.Text
        Imports System.Threading
        Imports GreenThreads
        Imports GreenThreads.Diagnostics

        Module Program
            Private ReadOnly Gate As New Object()

            Function Id(Of T)(value As T) As T
                Thread.Sleep(1)
                Return value
            End Function

            Iterator Function Numbers() As IEnumerable(Of Integer)
                For i = 1 To 3
                    Yield Id(i)
                Next
            End Function

            Function Resumed(text As StringBuilder) As Integer
                Dim divisor As Integer = 0
                On Error Resume Next
                text.Append(Id("a"))
                text.Append((Id(1) \ divisor).ToString())
                text.Append(Err.Number & Id("b"))
                Throw New InvalidOperationException(Id("c"))
                text.Append(Err.Description)
                Return Id(7)
            End Function

            Function Handled(text As StringBuilder) As Integer
                On Error GoTo Failed
                text.Append(Id("d"))
                Throw New ArgumentException(Id("e"))
                Return 1
        Failed:
                text.Append(Err.Description & Id("f"))
                Resume Finished
        Finished:
                Return Id(2)
            End Function

            Function Filtered(text As StringBuilder) As Integer
                Dim count = 0
                Try
                    Try
                        Throw New ApplicationException(Id("g"))
                    Catch ex As Exception When ex.Message = "none"
                        text.Append("never")
                    Finally
                        text.Append(Id("h"))
                    End Try
                Catch ex As ApplicationException When count = 0
                    text.Append(ex.Message & Id("i"))
                End Try
                Return Id(3)
            End Function

            Sub ByReference(ByRef value As Integer)
                value += Id(1)
                value += Id(value)
            End Sub

            Structure Point
                Public X As Integer
                Public Sub Move(by As Integer)
                    X += Id(by)
                    X += Id(by)
                End Sub
            End Structure

            Class Counter
                Public Property Value As Integer
                Public Event Changed(value As Integer)
                Public Sub Raise()
                    Value += 1
                    RaiseEvent Changed(Id(Value))
                End Sub
            End Class

            Function Work() As String
                Dim text As New StringBuilder()
                For Each n In Numbers()
                    text.Append(n)
                Next
                text.Append(Resumed(text))
                text.Append(Handled(text))
                text.Append(Filtered(text))
                Dim x = 5
                ByReference(x)
                text.Append(x)
                Dim p As Point
                p.Move(4)
                text.Append(p.X)
                Dim numbers2 = {1, 2, 3}
                ByReference(numbers2(1))
                text.Append(numbers2(1))
                Dim c As New Counter()
                Dim property1 = c
                ByReference(property1.Value)
                AddHandler c.Changed, Sub(v) text.Append(Id("j") & v)
                c.Raise()
                SyncLock Gate
                    text.Append(Id("k"))
                End SyncLock
                Using d As New Scope(text)
                    text.Append(Id("l"))
                End Using
                Dim late As Object = c
                text.Append(late.Value)
                Select Case Id(3)
                    Case 1 To 2
                        text.Append("no")
                    Case Is > 2
                        text.Append(Id("m"))
                End Select
                text.Append(String.Concat(From n In numbers2 Where Id(n) > 1 Select n * 2))
                Return text.ToString()
            End Function

            Class Scope
                Implements IDisposable
                Private ReadOnly _text As StringBuilder
                Public Sub New(text As StringBuilder)
                    _text = text
                    text.Append(Id("n"))
                End Sub
                Public Sub Dispose() Implements IDisposable.Dispose
                    _text.Append(Id("o"))
                End Sub
            End Class

            Sub Main()
                Console.WriteLine(Work())
                Console.WriteLine(GreenThread.Run(Function() Work()))
                Console.WriteLine(GreenThreadDiagnostics.Counters.Suspensions)
            End Sub
        End Module
        """;
}
