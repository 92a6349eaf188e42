/* HTML that stands alone: no script, no font, no picture from elsewhere. */
#include "command/html.h"

#include "command/words.h"

#include <math.h>
#include <string.h>

static const char page_style[] =
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%;text-size-adjust:100%}\n"
    "body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "Helvetica,Arial,sans-serif}\n"
    "main{max-width:47.5rem;margin:0 auto;padding:3.5rem 1.25rem 5rem}\n"
    "h1{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.012em;margin:.3rem 0 1rem;text-wrap:balance}\n"
    "h2{font-size:1.3rem;line-height:1.3;font-weight:620;margin:0 0 .3rem;letter-spacing:-.006em}\n"
    "p{margin:.5rem 0}\n"
    ".kicker,.note,figcaption,caption,summary,dt,footer{color:var(--quiet)}\n"
    ".kicker{font-size:.875rem;margin:0}\n"
    ".note,figcaption{font-size:.9375rem;line-height:1.5}\n"
    ".verdict{margin:1.6rem 0}\n"
    ".verdict p{font-size:1.0625rem;line-height:1.5;border-left:4px solid var(--green);padding:.12rem 0 .12rem .9rem;"
    "margin:.4rem 0}\n"
    ".verdict p.bad{border-color:var(--down)}\n"
    "ul{margin:.5rem 0;padding-left:1.2rem}\n"
    "pre{background:var(--soft);border-radius:6px;padding:.8rem 1rem;margin:.9rem 0;font:13.5px/1.5 ui-monospace,"
    "SFMono-Regular,Menlo,Consolas,\"DejaVu Sans Mono\",monospace;white-space:pre-wrap;overflow-wrap:anywhere}\n"
    "pre span{display:inline-block;white-space:pre-wrap}\n"
    "dl.key{display:grid;grid-template-columns:repeat(auto-fit,minmax(12.5rem,1fr));gap:1.6rem 1.5rem;margin:2.2rem "
    "0}\n"
    "dl.key div{border-top:2px solid var(--line);padding-top:.55rem}\n"
    "dt{font-size:.875rem;line-height:1.35}\n"
    "dd{margin:0}\n"
    "dd.value{font-size:1.7rem;line-height:1.25;font-weight:600;letter-spacing:-.012em;font-variant-numeric:"
    "tabular-nums}\n"
    "dd.more{font-size:.875rem;line-height:1.4;color:var(--quiet)}\n"
    "section{margin-top:3.6rem}\n"
    "figure{margin:0}\n"
    "figcaption{margin:0 0 1.1rem;max-width:42rem}\n"
    ".chart{width:100%;height:auto}\n"
    ".narrow{display:none}\n"
    "details{margin-top:.9rem;font-size:.9375rem}\n"
    "summary{cursor:pointer;width:fit-content;padding:.2rem 0}\n"
    "summary:hover{color:var(--ink)}\n"
    ".scroll{overflow-x:auto;margin:.9rem 0}\n"
    "table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.4;font-variant-numeric:tabular-nums}\n"
    "caption{text-align:left;padding:0 0 .3rem}\n"
    "th,td{padding:.32rem .75rem .32rem 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}\n"
    "th{font-weight:600}\n"
    "thead "
    "th{color:var(--quiet);font-weight:400;vertical-align:bottom;white-space:normal;min-width:3.4em}\n"
    "th:first-child{text-align:left;white-space:normal}\n"
    "th:last-child,td:last-child{padding-right:0}\n"
    "tbody th{font-weight:400}\n"
    "td.text{text-align:left;white-space:normal}\n"
    "footer{margin-top:4rem;border-top:1px solid var(--line);padding-top:1rem;font-size:.875rem}\n"
    "a{color:var(--blue)}\n"
    "nav{font-size:.9375rem;line-height:1.9}\n"
    "nav a{white-space:nowrap;margin-right:1.1rem;text-decoration:none}nav a:hover{text-decoration:underline}\n"
    "@media(max-width:640px){main{padding-top:1.8rem}h1{font-size:1.6rem}.wide{display:none}.narrow{display:block}"
    "section{margin-top:2.8rem}dl.key{grid-template-columns:1fr 1fr;gap:1.2rem 1rem}dd.value{font-size:1.4rem}}\n"
    "@media print{body{font-size:10.5pt}main{max-width:none;padding:0}section{margin-top:1.6rem}nav{display:none}"
    "figure,tr,dl.key div{break-inside:avoid}h2,figcaption{break-after:avoid}"
    "details::details-content{content-visibility:visible;height:auto}}\n";

void html_open(FILE *out, const char *title) {
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
          "<meta name=\"color-scheme\" content=\"light dark\"/>\n",
          out);
    html_element(out, "title", NULL, title);
    fputs("<style>\n", out);
    chart_style(out);
    fputs(page_style, out);
    fputs("</style>\n</head>\n<body>\n<main>\n", out);
}

void html_close(FILE *out) {
    fputs("</main>\n</body>\n</html>\n", out);
}

void html_element(FILE *out, const char *element, const char *class, const char *text) {
    fprintf(out, "<%s", element);
    if (class != NULL) {
        fprintf(out, " class=\"%s\"", class);
    }
    putc('>', out);
    chart_text(out, text);
    fprintf(out, "</%s>\n", element);
}

/* ---- Tables ---- */

/* Names of settings are long: they may be broken between their parts. */
static void write_name(FILE *out, const char *name) {
    while (*name != '\0') {
        size_t size = strcspn(name, "_.");
        size += name[size] != '\0';
        chart_text_part(out, name, size);
        name += size;
        fputs(*name != '\0' ? "<wbr/>" : "", out);
    }
}

void html_table_open(FILE *out, const char *caption, const char *const *columns, size_t count) {
    fputs("<div class=\"scroll\"><table>\n", out);
    if (caption != NULL) {
        html_element(out, "caption", NULL, caption);
    }
    fputs("<thead><tr>", out);
    for (size_t i = 0; i < count; i++) {
        fputs("<th scope=\"col\">", out);
        write_name(out, columns[i]);
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
}

void html_table_close(FILE *out) {
    fputs("</tbody></table></div>\n", out);
}

void html_row_open(FILE *out, const char *name) {
    fputs("<tr><th scope=\"row\">", out);
    write_name(out, name);
    fputs("</th>", out);
}

void html_row_close(FILE *out) {
    fputs("</tr>\n", out);
}

void html_cell(FILE *out, const char *text) {
    fputs("<td>", out);
    chart_text(out, text);
    fputs("</td>", out);
}

void html_cell_text(FILE *out, const char *text) {
    fputs("<td class=\"text\">", out);
    chart_text(out, text);
    fputs("</td>", out);
}

const char *html_number(char text[CHART_NUMBER_MOST], double value, enum chart_format format) {
    if (format == CHART_SECONDS && isinf(value) != 0) {
        snprintf(text, CHART_NUMBER_MOST, "never");
    } else {
        chart_number(text, value, format);
    }
    return text;
}

void html_cell_number(FILE *out, double value, enum chart_format format) {
    char text[CHART_NUMBER_MOST];
    html_cell(out, html_number(text, value, format));
}

void html_cell_time(FILE *out, uint64_t us) {
    if (us == NEVER) {
        html_cell(out, "never");
    } else {
        html_cell_number(out, (double)us / 1e6, CHART_SECONDS);
    }
}

void html_details_open(FILE *out, const char *summary) {
    fputs("<details>\n", out);
    html_element(out, "summary", NULL, summary);
}

void html_details_close(FILE *out) {
    fputs("</details>\n", out);
}
