import { Html, html } from './html.ts';
import { style } from './page-style.ts';

/**
 * A whole page: no script, nothing that is fetched, charts as drawings in the page itself. It can be
 * opened from the disk, sent and printed.
 */
export function documentPage(
  title: string,
  header: Html,
  main: readonly (Html | undefined)[],
): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
${header}
</header>
<main>
${main}</main>
</body>
</html>
`;
  // No line is broken between a number and its sign.
  return page.toString().replaceAll(/(\d) %/g, '$1\u00a0%');
}
