// Compiled twice: into the benchmark, which is woven, and into GreenThreads.Bench.Unwoven, which is not.
#if UNWOVEN
namespace GreenThreads.Bench.Unwoven;
#else
namespace GreenThreads.Bench.Weaving;
#endif

/// <summary>Work that cannot wait: it must cost the same in an assembly that is woven.</summary>
public static class Compute
{
    private static readonly uint[] s_constants = Constants();

    /// <summary>Planets that attract each other.</summary>
    public static long NBody(int steps)
    {
        Body[] bodies = [.. Enumerable.Range(1, 5).Select(i => new Body(i, i * 1.5, i * 0.3, 1.0 / i))];
        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < bodies.Length; i++)
            {
                for (int j = i + 1; j < bodies.Length; j++) bodies[i].Attract(bodies[j], 0.001);
            }
            foreach (Body body in bodies) body.Move(0.001);
        }
        return (long)(bodies.Sum(static b => b.Energy) * 1e6);
    }

    /// <summary>How many points of a grid are in the set.</summary>
    public static long Mandelbrot(int size)
    {
        long inside = 0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                double cr = 3.0 * x / size - 2, ci = 2.0 * y / size - 1, zr = 0, zi = 0;
                int n = 0;
                while (n < 50 && zr * zr + zi * zi < 4)
                {
                    (zr, zi) = (zr * zr - zi * zi + cr, 2 * zr * zi + ci);
                    n++;
                }
                if (n == 50) inside++;
            }
        }
        return inside;
    }

    /// <summary>Sorts with a generic quicksort.</summary>
    public static long Sort(int count)
    {
        var random = new Random(1);
        var items = new int[count];
        for (int i = 0; i < items.Length; i++) items[i] = random.Next();
        Quicksort(items.AsSpan());
        long sum = 0;
        for (int i = 0; i < items.Length; i++) sum = unchecked(sum * 31 + items[i]);
        return sum;
    }

    /// <summary>SHA-256 of a buffer.</summary>
    public static long Hash(int bytes)
    {
        var data = new byte[bytes / 64 * 64];
        new Random(2).NextBytes(data);
        uint[] state = [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];
        Span<uint> schedule = stackalloc uint[64];
        for (int at = 0; at < data.Length; at += 64) Block(data.AsSpan(at, 64), state, schedule);
        return state[0] ^ (long)state[7] << 20;
    }

    private static void Quicksort<T>(Span<T> items) where T : struct, IComparable<T>
    {
        while (items.Length > 1)
        {
            T pivot = items[items.Length / 2];
            int left = 0, right = items.Length - 1;
            while (left <= right)
            {
                while (items[left].CompareTo(pivot) < 0) left++;
                while (items[right].CompareTo(pivot) > 0) right--;
                if (left > right) break;
                (items[left], items[right]) = (items[right], items[left]);
                left++;
                right--;
            }
            Quicksort(items[..(right + 1)]);
            items = items[left..];
        }
    }

    private static void Block(ReadOnlySpan<byte> block, uint[] state, Span<uint> w)
    {
        for (int i = 0; i < 16; i++) w[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(block[(i * 4)..]);
        for (int i = 16; i < 64; i++)
        {
            uint s0 = uint.RotateRight(w[i - 15], 7) ^ uint.RotateRight(w[i - 15], 18) ^ w[i - 15] >> 3;
            uint s1 = uint.RotateRight(w[i - 2], 17) ^ uint.RotateRight(w[i - 2], 19) ^ w[i - 2] >> 10;
            w[i] = w[i - 16] + s0 + w[i - 7] + s1;
        }
        (uint a, uint b, uint c, uint d, uint e, uint f, uint g, uint h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (int i = 0; i < 64; i++)
        {
            uint t1 = h + (uint.RotateRight(e, 6) ^ uint.RotateRight(e, 11) ^ uint.RotateRight(e, 25)) + (e & f ^ ~e & g) + s_constants[i] + w[i];
            uint t2 = (uint.RotateRight(a, 2) ^ uint.RotateRight(a, 13) ^ uint.RotateRight(a, 22)) + (a & b ^ a & c ^ b & c);
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    // The fractional parts of the cube roots of the first primes.
    private static uint[] Constants()
    {
        var constants = new List<uint>();
        for (int n = 2; constants.Count < 64; n++)
        {
            bool isPrime = true;
            for (int d = 2; d * d <= n; d++) isPrime &= n % d != 0;
            double root = Math.Cbrt(n);
            if (isPrime) constants.Add((uint)((root - Math.Floor(root)) * 4294967296.0));
        }
        return [.. constants];
    }

    private sealed class Body(double x, double y, double z, double mass)
    {
        private double _x = x, _y = y, _z = z, _vx, _vy, _vz;

        public double Energy => 0.5 * mass * (_vx * _vx + _vy * _vy + _vz * _vz);

        public void Attract(Body other, double step)
        {
            double dx = _x - other._x, dy = _y - other._y, dz = _z - other._z;
            double squared = dx * dx + dy * dy + dz * dz + 0.01;
            double force = step / (squared * Math.Sqrt(squared));
            _vx -= dx * other.Mass * force;
            _vy -= dy * other.Mass * force;
            _vz -= dz * other.Mass * force;
            other._vx += dx * mass * force;
            other._vy += dy * mass * force;
            other._vz += dz * mass * force;
        }

        public void Move(double step)
        {
            _x += step * _vx;
            _y += step * _vy;
            _z += step * _vz;
        }

        private double Mass => mass;
    }
}
