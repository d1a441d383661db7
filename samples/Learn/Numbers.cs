using System.Globalization;

namespace Learn;

/// <summary>Numbers as they are shown.</summary>
internal static class Numbers
{
    /// <summary>Whole numbers whole, small ones with three digits.</summary>
    internal static string Format(double value) => value.ToString(Math.Abs(value) switch { _ when value == Math.Floor(value) => "N0", >= 100 => "N0", >= 10 => "0.0", _ => "0.00" }, CultureInfo.InvariantCulture);
}
