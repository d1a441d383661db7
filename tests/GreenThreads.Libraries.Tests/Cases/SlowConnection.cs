using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using GreenThreads.Libraries.Tests.Harness;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>A database of one table and one join whose every call waits.</summary>
public sealed class SlowConnection : DbConnection
{
    private ConnectionState _state = ConnectionState.Closed;

    /// <summary>The commands that were run, with their parameters.</summary>
    public List<string> Log { get; } = [];

    [AllowNull]
    public override string ConnectionString { get; set; } = "";
    public override string Database => "slow";
    public override string DataSource => "memory";
    public override string ServerVersion => "1";
    public override ConnectionState State => _state;

    public override void Open()
    {
        Waits.Once();
        _state = ConnectionState.Open;
        Log.Add("open");
    }

    public override void Close()
    {
        Waits.Once();
        _state = ConnectionState.Closed;
        Log.Add("close");
    }

    public override void ChangeDatabase(string databaseName)
    {
    }

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override DbCommand CreateDbCommand() => new SlowCommand { Connection = this };
}

/// <summary>A command of it.</summary>
public sealed class SlowCommand : DbCommand
{
    private readonly SlowParameters _parameters = [];

    [AllowNull]
    public override string CommandText { get; set; } = "";
    public override int CommandTimeout { get; set; }
    public override CommandType CommandType { get; set; } = CommandType.Text;
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get; set; }
    protected override DbConnection? DbConnection { get; set; }
    protected override DbParameterCollection DbParameterCollection => _parameters;
    protected override DbTransaction? DbTransaction { get; set; }

    public override void Cancel()
    {
    }

    public override void Prepare()
    {
    }

    public override int ExecuteNonQuery()
    {
        Note();
        return 1;
    }

    public override object? ExecuteScalar()
    {
        Note();
        return 42;
    }

    protected override DbParameter CreateDbParameter() => new SlowParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior)
    {
        Note();
        return new SlowReaderOfRows(CommandText.Split(';').Select(t => t.Contains("joined") ? Joined() : People()).ToArray());
    }

    private void Note()
    {
        Waits.Once();
        ((SlowConnection)Connection!).Log.Add(CommandText + string.Concat(_parameters.Cast<DbParameter>().Select(p => $" {p.ParameterName}={p.Value}")));
    }

    private static DataTable People()
    {
        DataTable table = Table("Id", "Name", "Salary");
        table.Rows.Add(1, "Ada", 10.5m);
        table.Rows.Add(2, "Bob", DBNull.Value);
        return table;
    }

    private static DataTable Joined()
    {
        DataTable table = Table("Id", "Name", "Salary");
        table.Columns.Add("Town", typeof(string));
        table.Rows.Add(1, "Ada", 10.5m, "London");
        return table;
    }

    private static DataTable Table(string id, string name, string salary)
    {
        var table = new DataTable();
        table.Columns.Add(id, typeof(int));
        table.Columns.Add(name, typeof(string));
        table.Columns.Add(salary, typeof(decimal));
        return table;
    }
}

/// <summary>Rows that arrive one after the other.</summary>
public sealed class SlowReaderOfRows(DataTable[] tables) : DbDataReader
{
    private readonly DataTableReader _rows = new(tables);

    public override int FieldCount => _rows.FieldCount;
    public override bool HasRows => _rows.HasRows;
    public override bool IsClosed => _rows.IsClosed;
    public override int RecordsAffected => -1;
    public override int Depth => 0;
    public override object this[int ordinal] => GetValue(ordinal);
    public override object this[string name] => GetValue(GetOrdinal(name));

    public override bool Read() => Waits.Then(_rows.Read());
    public override bool NextResult() => Waits.Then(_rows.NextResult());
    public override bool IsDBNull(int ordinal) => Waits.Then(_rows.IsDBNull(ordinal));
    public override object GetValue(int ordinal) => Waits.Then(_rows.GetValue(ordinal));
    public override int GetInt32(int ordinal) => Waits.Then(_rows.GetInt32(ordinal));
    public override string GetString(int ordinal) => Waits.Then(_rows.GetString(ordinal));
    public override decimal GetDecimal(int ordinal) => Waits.Then(_rows.GetDecimal(ordinal));
    public override string GetName(int ordinal) => _rows.GetName(ordinal);
    public override int GetOrdinal(string name) => _rows.GetOrdinal(name);
    public override Type GetFieldType(int ordinal) => _rows.GetFieldType(ordinal);
    public override string GetDataTypeName(int ordinal) => _rows.GetDataTypeName(ordinal);
    public override int GetValues(object[] values) => Waits.Then(_rows.GetValues(values));
    public override bool GetBoolean(int ordinal) => _rows.GetBoolean(ordinal);
    public override byte GetByte(int ordinal) => _rows.GetByte(ordinal);
    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => _rows.GetBytes(ordinal, dataOffset, buffer, bufferOffset, length);
    public override char GetChar(int ordinal) => _rows.GetChar(ordinal);
    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => _rows.GetChars(ordinal, dataOffset, buffer, bufferOffset, length);
    public override DateTime GetDateTime(int ordinal) => _rows.GetDateTime(ordinal);
    public override double GetDouble(int ordinal) => _rows.GetDouble(ordinal);
    public override float GetFloat(int ordinal) => _rows.GetFloat(ordinal);
    public override Guid GetGuid(int ordinal) => _rows.GetGuid(ordinal);
    public override short GetInt16(int ordinal) => _rows.GetInt16(ordinal);
    public override long GetInt64(int ordinal) => _rows.GetInt64(ordinal);
    public override IEnumerator GetEnumerator() => _rows.GetEnumerator();
    public override void Close() => Waits.Once();
}

/// <summary>A parameter.</summary>
public sealed class SlowParameter : DbParameter
{
    public override DbType DbType { get; set; }
    public override ParameterDirection Direction { get; set; }
    public override bool IsNullable { get; set; }
    [AllowNull]
    public override string ParameterName { get; set; } = "";
    public override int Size { get; set; }
    [AllowNull]
    public override string SourceColumn { get; set; } = "";
    public override bool SourceColumnNullMapping { get; set; }
    public override object? Value { get; set { Waits.Once(); field = value; } }

    public override void ResetDbType()
    {
    }
}

/// <summary>The parameters of a command.</summary>
public sealed class SlowParameters : DbParameterCollection
{
    private readonly List<DbParameter> _all = [];

    public override int Count => _all.Count;
    public override object SyncRoot => _all;

    public override int Add(object value)
    {
        _all.Add((DbParameter)value);
        return _all.Count - 1;
    }

    public override void AddRange(Array values) => _all.AddRange(values.Cast<DbParameter>());
    public override void Clear() => _all.Clear();
    public override bool Contains(object value) => _all.Contains((DbParameter)value);
    public override bool Contains(string value) => IndexOf(value) >= 0;
    public override void CopyTo(Array array, int index) => ((ICollection)_all).CopyTo(array, index);
    public override IEnumerator GetEnumerator() => _all.GetEnumerator();
    public override int IndexOf(object value) => _all.IndexOf((DbParameter)value);
    public override int IndexOf(string parameterName) => _all.FindIndex(p => p.ParameterName == parameterName);
    public override void Insert(int index, object value) => _all.Insert(index, (DbParameter)value);
    public override void Remove(object value) => _all.Remove((DbParameter)value);
    public override void RemoveAt(int index) => _all.RemoveAt(index);
    public override void RemoveAt(string parameterName) => _all.RemoveAt(IndexOf(parameterName));
    protected override DbParameter GetParameter(int index) => _all[index];
    protected override DbParameter GetParameter(string parameterName) => _all[IndexOf(parameterName)];
    protected override void SetParameter(int index, DbParameter value) => _all[index] = value;
    protected override void SetParameter(string parameterName, DbParameter value) => _all[IndexOf(parameterName)] = value;
}
