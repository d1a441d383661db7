using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;

namespace BlockingLibrary;

/// <summary>What the program is about: code as the library's documentation shows it, with the members that block.</summary>
internal static class Mailing
{
    /// <summary>Sends one message over a connection of its own. Blocks an OS thread, suspends a green thread.</summary>
    /// <param name="port">Of a mail server on this machine.</param>
    /// <param name="number">Of the message.</param>
    internal static void Send(int port, int number)
    {
        var message = new MimeMessage();
        message.From.Add(new MailboxAddress("The sender", "sender@example.org"));
        message.To.Add(new MailboxAddress($"Receiver {number}", $"receiver{number}@example.org"));
        message.Subject = $"Message {number}";
        message.Body = new TextPart("plain") { Text = $"Hello {number}.\r\nThis is a short message.\r\n.\r\nA line with a dot.\r\n" };

        using var client = new SmtpClient();
        client.Connect("127.0.0.1", port, SecureSocketOptions.None);
        client.Send(message);
        client.Disconnect(quit: true);
    }
}
