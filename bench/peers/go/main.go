// The work of `GreenThreads.Bench compare` in Go, written as a Go programmer would.
//
//	peer WORK SIZE
//
// prints one number, in the unit of the work. Passes are repeated as in the C# program (Passes.cs). Exit code 3: not done here.
package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	batch       = 1000
	ringThreads = 10_000
	bufferSize  = 128
	connections = 100
	messageSize = 64
	limit       = 10 * time.Second
)

var once = map[string]bool{
	"sleep": true, "parked1": true, "parked3": true, "parked10": true, "resident3": true, "wake": true, "gcpause0": true, "gcpause": true,
}

var works = map[string]func(int) float64{
	"spawn":     func(n int) float64 { return perOp(n, func() { spawnBatches(n) }) },
	"spawn-one": func(n int) float64 { return perOp(n, func() { spawnOne(n) }) },
	"yield1":    func(n int) float64 { return perOp(n, func() { together(1, func() { yields(n) }) }) },
	"yield1000": func(n int) float64 { return perOp(n, func() { together(batch, func() { yields(n / batch) }) }) },
	"pingpong":  func(n int) float64 { return perOp(n, func() { pingPong(n) }) },
	"ring":      func(n int) float64 { return perOp(n, func() { ring(n) }) },
	"buffered":  func(n int) float64 { return perOp(n, func() { buffered(n) }) },
	"skynet": func(n int) float64 {
		return perOp(n+n/9, func() {
			result := make(chan int64)
			go skynet(result, 0, n)
			<-result
		})
	},
	"mutex2":    func(n int) float64 { return perOp(n, func() { contend(2, n) }) },
	"mutex1000": func(n int) float64 { return perOp(n, func() { contend(batch, n) }) },
	"sleep":     sleep,
	"parked1":   func(n int) float64 { return parked(n, 1, heap) },
	"parked3":   func(n int) float64 { return parked(n, 3, heap) },
	"parked10":  func(n int) float64 { return parked(n, 10, heap) },
	"resident3": func(n int) float64 { return parked(n, 3, resident) },
	"wake":      wake,
	"select":    func(n int) float64 { return perOp(n, func() { selectOver8(n) }) },
	"fanout":    func(n int) float64 { return perOp(n, func() { fanOut(n) }) },
	"echo":      echo,
	"timeouts":  func(n int) float64 { return perOp(n, func() { timeouts(n) }) },
	"gcpause0":  func(int) float64 { return pauseP99() },
	"gcpause": func(n int) float64 {
		gate, all := park(n, 3)
		pause := pauseP99()
		close(gate)
		all.Wait()
		return pause
	},
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: peer WORK SIZE")
		os.Exit(1)
	}
	work, known := works[os.Args[1]]
	if !known {
		os.Exit(3)
	}
	size, err := strconv.Atoi(os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if once[os.Args[1]] {
		fmt.Println(work(size))
		return
	}
	var results []float64
	for start := time.Now(); len(results) < 40 && (len(results) < 3 || time.Since(start) < 1500*time.Millisecond); {
		results = append(results, work(size))
	}
	counted := results[len(results)/2:]
	sort.Float64s(counted)
	fmt.Println(counted[len(counted)/2])
}

func perOp(operations int, action func()) float64 {
	start := time.Now()
	action()
	return float64(time.Since(start).Nanoseconds()) / float64(operations)
}

func together(count int, body func()) {
	var all sync.WaitGroup
	all.Add(count)
	for i := 0; i < count; i++ {
		go func() {
			body()
			all.Done()
		}()
	}
	all.Wait()
}

var count int64

func spawnBatches(n int) {
	for done := 0; done < n; done += batch {
		together(batch, func() { atomic.AddInt64(&count, 1) })
	}
}

func spawnOne(n int) {
	for i := 0; i < n; i++ {
		together(1, func() { atomic.AddInt64(&count, 1) })
	}
}

func yields(n int) {
	for i := 0; i < n; i++ {
		runtime.Gosched()
	}
}

func pingPong(n int) {
	ping, pong := make(chan int), make(chan int)
	go func() {
		for i := 0; i < n; i++ {
			pong <- <-ping
		}
	}()
	for i := 0; i < n; i++ {
		ping <- i
		<-pong
	}
}

func ring(n int) {
	rounds := n / ringThreads
	channels := make([]chan int, ringThreads+1)
	for i := range channels {
		channels[i] = make(chan int)
	}
	for i := 0; i < ringThreads; i++ {
		from, to := channels[i], channels[i+1]
		go func() {
			for round := 0; round < rounds; round++ {
				to <- <-from + 1
			}
		}()
	}
	for round := 0; round < rounds; round++ {
		channels[0] <- 0
		if <-channels[ringThreads] != ringThreads {
			panic("the token did not go all the way")
		}
	}
}

func buffered(n int) {
	channel := make(chan int, bufferSize)
	go func() {
		for i := 0; i < n; i++ {
			channel <- i
		}
	}()
	for i := 0; i < n; i++ {
		<-channel
	}
}

func skynet(result chan<- int64, number, size int) {
	if size == 1 {
		result <- int64(number)
		return
	}
	children := make(chan int64)
	for i := 0; i < 10; i++ {
		go skynet(children, number+i*(size/10), size/10)
	}
	var sum int64
	for i := 0; i < 10; i++ {
		sum += <-children
	}
	result <- sum
}

func contend(contenders, n int) {
	var gate sync.Mutex
	shared := 0
	together(contenders, func() {
		for i := 0; i < n/contenders; i++ {
			gate.Lock()
			shared++
			gate.Unlock()
		}
	})
}

func sleep(n int) float64 {
	start := time.Now()
	together(n, func() { time.Sleep(time.Second) })
	return time.Since(start).Seconds()
}

// heap gives the live bytes of heap and goroutine stacks.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse)
}

func resident() int64 {
	debug.FreeOSMemory()
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		os.Exit(3)
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

var arrived int64

//go:noinline
func descend(gate chan struct{}, depth int) int {
	if depth != 0 {
		return descend(gate, depth-1) + depth
	}
	atomic.AddInt64(&arrived, 1)
	<-gate
	return depth
}

func park(n, depth int) (chan struct{}, *sync.WaitGroup) {
	gate := make(chan struct{})
	var all sync.WaitGroup
	all.Add(n)
	atomic.StoreInt64(&arrived, 0)
	for i := 0; i < n; i++ {
		go func() {
			descend(gate, depth-1)
			all.Done()
		}()
	}
	for atomic.LoadInt64(&arrived) != int64(n) {
		time.Sleep(time.Millisecond)
	}
	return gate, &all
}

func parked(n, depth int, memory func() int64) float64 {
	before := memory()
	gate, all := park(n, depth)
	bytes := memory() - before
	close(gate)
	all.Wait()
	return float64(bytes) / float64(n)
}

func wake(n int) float64 {
	result := 0.0
	for _, number := range []int{n / 10, n} {
		gate, all := park(number, 3)
		result = perOp(number, func() {
			close(gate)
			all.Wait()
		})
	}
	return result
}

func selectOver8(n int) {
	var c [8]chan int
	for i := range c {
		c[i] = make(chan int)
		go func(channel chan int) {
			for j := 0; j < n/8; j++ {
				channel <- j
			}
		}(c[i])
	}
	for i := 0; i < n/8*8; i++ {
		select {
		case <-c[0]:
		case <-c[1]:
		case <-c[2]:
		case <-c[3]:
		case <-c[4]:
		case <-c[5]:
		case <-c[6]:
		case <-c[7]:
		}
	}
}

var errOneInTen = errors.New("one in ten")

func fanOut(n int) {
	const children = 100
	for done := 0; done < n; done += children {
		results := make(chan error, children)
		for i := 0; i < children; i++ {
			go func(number int) {
				defer func() {
					if failure := recover(); failure != nil {
						results <- failure.(error)
					} else {
						results <- nil
					}
				}()
				if number%10 == 0 {
					panic(errOneInTen)
				}
			}(i)
		}
		failed := 0
		for i := 0; i < children; i++ {
			if <-results != nil {
				failed++
			}
		}
		if failed != children/10 {
			panic("a failure was lost")
		}
	}
}

func timeouts(n int) {
	ping, pong := make(chan int), make(chan int)
	receive := func(channel chan int) int {
		timer := time.NewTimer(limit)
		defer timer.Stop()
		select {
		case item := <-channel:
			return item
		case <-timer.C:
			panic("timed out")
		}
	}
	go func() {
		for i := 0; i < n/2; i++ {
			pong <- receive(ping)
		}
	}()
	for i := 0; i < n/2; i++ {
		ping <- i
		receive(pong)
	}
}

func echo(n int) float64 {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer listener.Close()
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer connection.Close()
				buffer := make([]byte, messageSize)
				for {
					received, err := connection.Read(buffer)
					if err != nil {
						return
					}
					connection.Write(buffer[:received])
				}
			}()
		}
	}()
	time := perOp(n, func() {
		together(connections, func() {
			connection, err := net.Dial("tcp", listener.Addr().String())
			if err != nil {
				panic(err)
			}
			defer connection.Close()
			buffer := make([]byte, messageSize)
			for i := 0; i < n/connections; i++ {
				connection.Write(buffer)
				if _, err := io.ReadFull(connection, buffer); err != nil {
					panic(err)
				}
			}
		})
	})
	return time / 1000
}

var kept [4096][]byte

// pauseP99 allocates for three seconds; Go has one generation, its pauses are those of the start and the end of marking.
func pauseP99() float64 {
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	for i := 0; time.Since(start) < 3*time.Second; i++ {
		for j := 0; j < 64; j++ {
			kept[(i*64+j)%len(kept)] = make([]byte, 64)
		}
	}
	var after runtime.MemStats
	runtime.ReadMemStats(&after)
	var pauses []float64
	for cycle := before.NumGC; cycle < after.NumGC && len(pauses) < 256; cycle++ {
		pauses = append(pauses, float64(after.PauseNs[(cycle)%256])/1000)
	}
	if len(pauses) == 0 {
		os.Exit(3)
	}
	sort.Float64s(pauses)
	index := len(pauses) * 99 / 100
	if index == len(pauses) {
		index--
	}
	return pauses[index]
}
