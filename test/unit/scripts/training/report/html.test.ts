import { describe, expect, it } from '@jest/globals';
import { html } from '../../../../../scripts/training/report/html.ts';

describe('html', () => {
  it('escapes every value, in text and in attributes', () => {
    const title = `"><script>alert('1')</script>&`;
    expect(html`<p title="${title}">${title}</p>`.toString()).toBe(
      '<p title="&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;">' +
        '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;</p>',
    );
  });

  it('takes pages in pages, lists and nothing as they are', () => {
    const rows = ['a', '<b>'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${rows}${undefined}</ul>${0}`.toString()).toBe(
      '<ul><li>a</li><li>&lt;b&gt;</li></ul>0',
    );
  });
});
