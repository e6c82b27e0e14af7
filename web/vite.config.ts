import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * Kit's route announcer hides itself with a style attribute, which our Content-Security-Policy refuses.
 * The attribute goes; src/app.css hides `#svelte-announcer` instead.
 */
function withoutStyleAttributes(): Plugin {
  return {
    name: 'without-style-attributes',
    enforce: 'pre',
    transform(code, id) {
      if (id.endsWith('/runtime/components/root.svelte')) {
        return { code: code.replace(/\sstyle="[^"]*"/g, ''), map: null };
      }
      return null;
    },
  };
}

// One file for build and vitest: `#lib` and `$app` only resolve with the sveltekit() plugin.
export default defineConfig({
  plugins: [
    withoutStyleAttributes(),
    sveltekit({ adapter: adapter({ fallback: '200.html', precompress: true }) }),
  ],
  build: {
    assetsInlineLimit: 0,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // What every page needs, in one file instead of twenty: smaller together, fewer requests.
            {
              name: 'frame',
              test: /src\/lib\/(api|frame|safety)\/(?!LookDialog)|src\/lib\/i18n\/(index|translate|words)|src\/lib\/ui\/(Icon|icons|Mark|Pebble|pebble|Time|time|toasts|ToastRegion|RoleTag|UserHtml|ContentNote)|src\/lib\/realtime\/(live|watch)|discussion\/(drafts|Byline)|reports\/(reports|ReportButton)/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } },
  },
  test: { environment: 'jsdom', include: ['test/**/*.test.ts'] },
});
