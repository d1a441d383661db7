using GreenThreads.Weaver.Metadata;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace GreenThreads.Weaver.Rewriting;

// A method has one block that saves and one that restores, for all its points: each field of the frame is stored from, and
// loaded into, one local, its holder. What differs between points is done at the point: a value whose holder is another local
// is moved there first, and a holder whose value is not needed is cleared, so that the frame keeps nothing alive. Two or three
// bytes for each, where a field's store or load takes eight.
//
// Values that are not needed at the same point share a field, if they are of the same type. The holder is then the local of
// one of them, which is free wherever another one uses the field.

/// <summary>A field of the frame.</summary>
/// <param name="Field">The field, as the woven body names it.</param>
/// <param name="Holder">The local or parameter that the common blocks store it from and load it into.</param>
/// <param name="IsShared">Whether the common blocks save and restore it; otherwise each point that uses it does.</param>
internal sealed record Place(FieldReference Field, object Holder, bool IsShared);

/// <summary>Decides in which field of the frame each value of each point lies.</summary>
internal sealed class FramePlaces
{
    // About the bytes of a store and a load of a field, and of the code that a point needs to save fields by itself.
    private const int FieldSize = 16;
    private const int OwnSaveSize = 28;

    private readonly Dictionary<(SuspensionPoint Point, SavedValue Value), Place> _places = [];

    /// <param name="body">The woven body.</param>
    /// <param name="frame">Its frame class, which gets the fields.</param>
    /// <param name="values">What each point saves.</param>
    /// <param name="localOf">The local or parameter of a value that has one.</param>
    public FramePlaces(
        MethodDefinition body, FrameLayout frame, IReadOnlyDictionary<SuspensionPoint, IReadOnlyList<SavedValue>> values, Func<SavedValue, object> localOf)
    {
        var fields = new Dictionary<string, List<Occupancy>>();
        var lasting = new Dictionary<(SavedKind, int, Analysis.Root?), (SavedValue Value, List<SuspensionPoint> Points)>();
        foreach ((SuspensionPoint point, IReadOnlyList<SavedValue> saved) in values)
        {
            foreach (SavedValue value in saved.Where(v => v.HasLocal))
            {
                if (!lasting.ContainsKey(Key(value))) lasting.Add(Key(value), (value, []));
                lasting[Key(value)].Points.Add(point);
            }
        }
        foreach ((SavedValue value, List<SuspensionPoint> points) in lasting.Values) Occupy(value.Type, points).Owners.Add((value, points.Count));
        var passing = new Dictionary<(SuspensionPoint, SavedValue), Occupancy>();
        foreach ((SuspensionPoint point, IReadOnlyList<SavedValue> saved) in values)
        {
            foreach (SavedValue value in saved.Where(v => !v.HasLocal)) passing.Add((point, value), Occupy(value.Type, [point]));
        }

        var placeOf = new Dictionary<Occupancy, Place>();
        foreach (List<Occupancy> ofType in fields.Values)
        {
            for (int i = 0; i < ofType.Count; i++) placeOf.Add(ofType[i], MakePlace(ofType[i], i));
        }
        Shared = [.. placeOf.Values.Where(p => p.IsShared)];
        var ownerPlaces = new Dictionary<(SavedKind, int, Analysis.Root?), Place>();
        foreach ((Occupancy occupancy, Place place) in placeOf)
        {
            foreach ((SavedValue owner, _) in occupancy.Owners) ownerPlaces.Add(Key(owner), place);
        }
        foreach ((SuspensionPoint point, IReadOnlyList<SavedValue> saved) in values)
        {
            foreach (SavedValue value in saved)
                _places.Add((point, value), value.HasLocal ? ownerPlaces[Key(value)] : placeOf[passing[(point, value)]]);
        }

        Occupancy Occupy(TypeReference type, List<SuspensionPoint> points)
        {
            if (!fields.TryGetValue(type.FullName, out List<Occupancy>? ofType)) fields.Add(type.FullName, ofType = []);
            Occupancy? free = ofType.FirstOrDefault(o => !points.Any(o.Points.Contains));
            if (free is null) ofType.Add(free = new Occupancy(type));
            free.Points.UnionWith(points);
            return free;
        }

        Place MakePlace(Occupancy occupancy, int ordinal)
        {
            object? holder = occupancy.Owners.Count == 0 ? null : localOf(occupancy.Owners.MaxBy(o => o.Uses).Value);
            bool isShared = IsShared(occupancy, values.Count);
            if (holder is null && isShared)
            {
                var local = new VariableDefinition(occupancy.Type);
                body.Body.Variables.Add(local);
                holder = local;
            }
            return new Place(frame.Field(occupancy.Type, ordinal), holder!, isShared);
        }
    }

    /// <summary>The fields that the common blocks save and restore.</summary>
    public IReadOnlyList<Place> Shared { get; }

    /// <summary>Where a value of a point lies.</summary>
    public Place this[SuspensionPoint point, SavedValue value] => _places[(point, value)];

    // A field that few points use costs more to clear at the others than to save at those few. Object references are always
    // cleared: they would keep garbage alive.
    private static bool IsShared(Occupancy field, int points)
    {
        int used = field.Points.Count;
        if (used == points || field.Type.IsObjectReference()) return true;
        int clearing = ZeroValues.Of(field.Type) is { } zero ? 1 + zero.Length : 9;
        return FieldSize + clearing * (points - used) <= (FieldSize + OwnSaveSize) * used;
    }

    // The same variable at every point.
    private static (SavedKind, int, Analysis.Root?) Key(SavedValue value) => (value.Kind, value.Index, value.Root);

    private sealed class Occupancy(TypeReference type)
    {
        public TypeReference Type { get; } = type;

        public HashSet<SuspensionPoint> Points { get; } = [];

        public List<(SavedValue Value, int Uses)> Owners { get; } = [];
    }
}
