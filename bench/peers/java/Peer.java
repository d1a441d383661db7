import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The work of {@code GreenThreads.Bench compare} on Java's virtual threads (21 or later).
 *
 * <p>{@code java Peer WORK SIZE} prints one number, in the unit of the work. Passes are repeated as in the C# program
 * (Passes.cs). Exit code 3: not done here.
 */
public final class Peer {
    private static final int BATCH = 1000;
    private static final int RING_THREADS = 10_000;
    private static final int BUFFER = 128;
    private static final int CONNECTIONS = 100;
    private static final int BYTES = 64;
    private static final int LIMIT_SECONDS = 10;

    private static final AtomicLong count = new AtomicLong();

    private interface Work {
        double pass(int size) throws Exception;
    }

    private interface Body {
        void run() throws Exception;
    }

    private static final List<String> ONCE = List.of("sleep", "parked1", "parked3", "parked10", "resident3", "wake");

    private static final Map<String, Work> WORKS = new TreeMap<>();

    static {
        WORKS.put("spawn", n -> perOp(n, () -> {
            for (int done = 0; done < n; done += BATCH) together(BATCH, count::incrementAndGet);
        }));
        WORKS.put("spawn-one", n -> perOp(n, () -> {
            for (int i = 0; i < n; i++) together(1, count::incrementAndGet);
        }));
        WORKS.put("yield1", n -> perOp(n, () -> together(1, () -> yields(n))));
        WORKS.put("yield1000", n -> perOp(n, () -> together(BATCH, () -> yields(n / BATCH))));
        WORKS.put("pingpong", n -> perOp(n, () -> pingPong(n)));
        WORKS.put("ring", n -> perOp(n, () -> ring(n)));
        WORKS.put("buffered", n -> perOp(n, () -> buffered(n)));
        WORKS.put("skynet", n -> perOp(n + n / 9, () -> together(1, () -> skynet(0, n))));
        WORKS.put("mutex2", n -> perOp(n, () -> contend(2, n)));
        WORKS.put("mutex1000", n -> perOp(n, () -> contend(BATCH, n)));
        WORKS.put("sleep", n -> perOp(n, () -> together(n, () -> Thread.sleep(1000))) * n / 1e9);
        WORKS.put("parked1", n -> parked(n, 1, false));
        WORKS.put("parked3", n -> parked(n, 3, false));
        WORKS.put("parked10", n -> parked(n, 10, false));
        WORKS.put("resident3", n -> parked(n, 3, true));
        WORKS.put("wake", Peer::wake);
        WORKS.put("fanout", n -> perOp(n, () -> fanOut(n)));
        WORKS.put("echo", Peer::echo);
        WORKS.put("timeouts", n -> perOp(n, () -> timeouts(n)));
    }

    public static void main(String[] arguments) throws Exception {
        Work work = arguments.length == 2 ? WORKS.get(arguments[0]) : null;
        if (work == null) System.exit(3);
        int size = Integer.parseInt(arguments[1]);
        // on a virtual thread, as the others
        double[] result = new double[1];
        Exception[] failure = new Exception[1];
        Thread.ofVirtual().start(() -> {
            try {
                result[0] = measure(arguments[0], work, size);
            } catch (Exception exception) {
                failure[0] = exception;
            }
        }).join();
        if (failure[0] != null) throw failure[0];
        System.out.println(result[0]);
    }

    private static double measure(String name, Work work, int size) throws Exception {
        if (ONCE.contains(name)) return work.pass(size);
        List<Double> results = new ArrayList<>();
        long start = System.nanoTime();
        while (results.size() < 40 && (results.size() < 3 || System.nanoTime() - start < 1_500_000_000L)) results.add(work.pass(size));
        List<Double> counted = results.subList(results.size() / 2, results.size());
        Collections.sort(counted);
        return counted.get(counted.size() / 2);
    }

    private static double perOp(int operations, Body action) throws Exception {
        long start = System.nanoTime();
        action.run();
        return (System.nanoTime() - start) / (double) operations;
    }

    private static Thread start(Body body) {
        return Thread.ofVirtual().start(() -> {
            try {
                body.run();
            } catch (Exception exception) {
                throw new IllegalStateException(exception);
            }
        });
    }

    private static void together(int threads, Body body) throws InterruptedException {
        Thread[] started = new Thread[threads];
        for (int i = 0; i < threads; i++) started[i] = start(body);
        for (Thread thread : started) thread.join();
    }

    private static void yields(int n) {
        for (int i = 0; i < n; i++) Thread.yield();
    }

    private static void pingPong(int n) throws InterruptedException {
        SynchronousQueue<Integer> ping = new SynchronousQueue<>();
        SynchronousQueue<Integer> pong = new SynchronousQueue<>();
        Thread other = start(() -> {
            for (int i = 0; i < n; i++) pong.put(ping.take());
        });
        for (int i = 0; i < n; i++) {
            ping.put(i);
            pong.take();
        }
        other.join();
    }

    private static void ring(int n) throws InterruptedException {
        int rounds = n / RING_THREADS;
        List<SynchronousQueue<Integer>> queues = new ArrayList<>();
        for (int i = 0; i <= RING_THREADS; i++) queues.add(new SynchronousQueue<>());
        for (int i = 0; i < RING_THREADS; i++) {
            SynchronousQueue<Integer> from = queues.get(i);
            SynchronousQueue<Integer> to = queues.get(i + 1);
            start(() -> {
                for (int round = 0; round < rounds; round++) to.put(from.take() + 1);
            });
        }
        for (int round = 0; round < rounds; round++) {
            queues.get(0).put(0);
            if (queues.get(RING_THREADS).take() != RING_THREADS) throw new IllegalStateException("the token did not go all the way");
        }
    }

    private static void buffered(int n) throws InterruptedException {
        BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(BUFFER);
        Thread producer = start(() -> {
            for (int i = 0; i < n; i++) queue.put(i);
        });
        for (int i = 0; i < n; i++) queue.take();
        producer.join();
    }

    private static long skynet(int number, int size) throws Exception {
        if (size == 1) return number;
        List<FutureTask<Long>> children = new ArrayList<>(10);
        for (int i = 0; i < 10; i++) {
            int child = number + i * (size / 10);
            FutureTask<Long> task = new FutureTask<>(() -> skynet(child, size / 10));
            Thread.ofVirtual().start(task);
            children.add(task);
        }
        long sum = 0;
        for (FutureTask<Long> child : children) sum += child.get();
        return sum;
    }

    private static long shared;

    private static void contend(int contenders, int n) throws InterruptedException {
        ReentrantLock gate = new ReentrantLock();
        together(contenders, () -> {
            for (int i = 0; i < n / contenders; i++) {
                gate.lock();
                try {
                    shared++;
                } finally {
                    gate.unlock();
                }
            }
        });
    }

    private static long memory(boolean resident) throws IOException {
        for (int i = 0; i < 3; i++) System.gc();
        if (!resident) return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]) * 4096;
    }

    private static int descend(CountDownLatch gate, int depth) throws InterruptedException {
        if (depth != 0) return descend(gate, depth - 1) + depth;
        gate.await();
        return depth;
    }

    private static Thread[] park(int n, int depth, CountDownLatch gate) throws InterruptedException {
        Thread[] threads = new Thread[n];
        for (int i = 0; i < n; i++) threads[i] = start(() -> descend(gate, depth - 1));
        for (Thread thread : threads) {
            while (thread.getState() != Thread.State.WAITING) Thread.sleep(1);
        }
        return threads;
    }

    private static double parked(int n, int depth, boolean resident) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        long before = memory(resident);
        Thread[] threads = park(n, depth, gate);
        double bytes = (memory(resident) - before) / (double) n;
        gate.countDown();
        for (Thread thread : threads) thread.join();
        return bytes;
    }

    private static double wake(int n) throws Exception {
        double result = 0;
        for (int number : new int[] {n / 10, n}) {
            CountDownLatch gate = new CountDownLatch(1);
            Thread[] threads = park(number, 3, gate);
            result = perOp(number, () -> {
                gate.countDown();
                for (Thread thread : threads) thread.join();
            });
        }
        return result;
    }

    private static void fanOut(int n) throws Exception {
        final int children = 100;
        for (int done = 0; done < n; done += children) {
            List<FutureTask<Integer>> tasks = new ArrayList<>(children);
            for (int i = 0; i < children; i++) {
                int number = i;
                FutureTask<Integer> task = new FutureTask<>(() -> {
                    if (number % 10 == 0) throw new IllegalArgumentException("one in ten");
                    return number;
                });
                Thread.ofVirtual().start(task);
                tasks.add(task);
            }
            int failed = 0;
            for (FutureTask<Integer> task : tasks) {
                try {
                    task.get();
                } catch (java.util.concurrent.ExecutionException exception) {
                    failed++;
                }
            }
            if (failed != children / 10) throw new IllegalStateException("a failure was lost");
        }
    }

    private static void timeouts(int n) throws InterruptedException {
        SynchronousQueue<Integer> ping = new SynchronousQueue<>();
        SynchronousQueue<Integer> pong = new SynchronousQueue<>();
        Thread other = start(() -> {
            for (int i = 0; i < n / 2; i++) pong.put(ping.poll(LIMIT_SECONDS, TimeUnit.SECONDS));
        });
        for (int i = 0; i < n / 2; i++) {
            ping.put(i);
            pong.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
        }
        other.join();
    }

    private static double echo(int n) throws Exception {
        try (ServerSocket listener = new ServerSocket(0, CONNECTIONS, InetAddress.getLoopbackAddress())) {
            start(() -> {
                for (int i = 0; i < CONNECTIONS; i++) {
                    Socket socket = listener.accept();
                    start(() -> serve(socket));
                }
            });
            InetSocketAddress server = new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
            return perOp(n, () -> together(CONNECTIONS, () -> drive(server, n / CONNECTIONS))) / 1000;
        }
    }

    private static void serve(Socket socket) throws IOException {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[BYTES];
            for (int received; (received = in.read(buffer)) > 0; ) out.write(buffer, 0, received);
        }
    }

    private static void drive(InetSocketAddress server, int roundTrips) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setTcpNoDelay(true);
            socket.connect(server);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            byte[] buffer = new byte[BYTES];
            for (int i = 0; i < roundTrips; i++) {
                out.write(buffer);
                if (in.readNBytes(buffer, 0, BYTES) != BYTES) throw new IOException("the server closed the connection");
            }
        }
    }
}
