using System.Security.Cryptography;
using System.Text;
using GreenThreads.Libraries.Tests.Harness;
using ICSharpCode.SharpZipLib.BZip2;
using ICSharpCode.SharpZipLib.Core;
using ICSharpCode.SharpZipLib.GZip;
using ICSharpCode.SharpZipLib.Tar;
using ICSharpCode.SharpZipLib.Zip;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>SharpZipLib over streams that wait.</summary>
public static class CompressionCases
{
    private static byte[] Sample(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * i % 251 ^ i / 97))];

    [LibraryCase]
    public static string Zip_archives_are_written_and_read()
    {
        var memory = new MemoryStream();
        using (var zip = new ZipOutputStream(new SlowStream(memory)) { IsStreamOwner = false })
        {
            zip.SetLevel(6);
            foreach (int size in (int[])[0, 10, 5000])
            {
                zip.PutNextEntry(new ZipEntry($"file{size}") { DateTime = new DateTime(2020, 1, 1) });
                zip.Write(Sample(size));
                zip.CloseEntry();
            }
        }
        memory.Position = 0;
        var text = new StringBuilder(Hash(memory.ToArray()));
        using var input = new ZipInputStream(new SlowStream(memory));
        while (input.GetNextEntry() is { } entry)
        {
            var content = new MemoryStream();
            StreamUtils.Copy(input, content, new byte[256]);
            text.Append($"|{entry.Name} {content.Length} {Hash(content.ToArray())}");
        }
        return text.ToString();
    }

    [LibraryCase]
    public static string Tar_in_gzip_and_bzip2_come_back()
    {
        var memory = new MemoryStream();
        using (var tar = new TarOutputStream(new GZipOutputStream(new SlowStream(memory)) { IsStreamOwner = false, ModifiedTime = DateTime.UnixEpoch.AddYears(30) }, Encoding.UTF8))
        {
            var header = new TarEntry(new TarHeader { Name = "a.bin", Size = 1000, ModTime = DateTime.UnixEpoch, UserName = "u", GroupName = "g" });
            tar.PutNextEntry(header);
            tar.Write(Sample(1000));
            tar.CloseEntry();
        }
        memory.Position = 0;
        using var untar = new TarInputStream(new GZipInputStream(new SlowStream(memory, 64)), Encoding.UTF8);
        TarEntry entry = untar.GetNextEntry();
        var content = new MemoryStream();
        untar.CopyEntryContents(content);
        var packed = new MemoryStream();
        BZip2.Compress(new SlowStream(new MemoryStream(Sample(3000))), new SlowStream(packed), isStreamOwner: false, level: 1);
        packed.Position = 0;
        var unpacked = new MemoryStream();
        BZip2.Decompress(new SlowStream(packed, 100), unpacked, isStreamOwner: false);
        return $"{entry.Name} {Hash(content.ToArray())} {Hash(packed.ToArray())} {Hash(unpacked.ToArray())}";
    }

    private static string Hash(byte[] bytes) => $"{bytes.Length}:{Convert.ToHexString(SHA256.HashData(bytes))[..16]}";
}
