using GreenThreads.Libraries.Tests.Harness;
using HandlebarsDotNet;

namespace GreenThreads.Libraries.Tests.Cases;

/// <summary>Handlebars.Net with helpers, values and writers that wait.</summary>
public static class TemplateCases
{
    [LibraryCase]
    public static string A_page_is_rendered_with_helpers_partials_and_loops()
    {
        IHandlebars handlebars = Handlebars.Create(new HandlebarsConfiguration { NoEscape = false });
        handlebars.RegisterHelper("shout", (output, _, arguments) => output.WriteSafeString(Waits.Then(arguments[0]?.ToString()?.ToUpperInvariant())));
        handlebars.RegisterHelper("twice", (output, options, context, _) =>
        {
            Waits.Once();
            options.Template(output, context);
            Waits.Once();
            options.Template(output, context);
        });
        handlebars.RegisterTemplate("line", "- {{name}} ({{price}}){{#if last}}!{{/if}}\n");
        HandlebarsTemplate<TextWriter, object, object> template = handlebars.Compile(new SlowReader("Dear {{shout customer.name}},\n{{#each lines}}{{>line}}{{else}}nothing{{/each}}{{#twice}}<{{customer.name}}>{{/twice}}{{#with customer}}{{#unless rich}}poor{{/unless}}{{/with}}\n", 11));
        var output = new SlowWriter();
        template(output, new { customer = new Customer(), lines = Lines() });
        return output.ToString();
    }

    private static IEnumerable<object> Lines()
    {
        yield return Waits.Then(new { name = "tea & cake", price = 3, last = false });
        yield return Waits.Then(new { name = "\"jam\"", price = 4, last = true });
    }

    public sealed class Customer
    {
        public string name => Waits.Then("Ada <x>");
        public bool rich => Waits.Then(false);
    }
}
