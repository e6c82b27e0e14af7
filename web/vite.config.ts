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
            // Small things that every page needs, in one file with Svelte's own code instead of a
            // dozen. Nothing here may import from `$app` or `@sveltejs/kit`: a group takes its imports
            // along, and Kit's must not be read before its start script has run.
            {
              name: 'frame',
              test: /src\/lib\/(safety\/exit|frame\/look|i18n\/(translate|words)|api\/boot|realtime\/(live|frames)|features\/discussion\/(drafts|tree)|features\/reports\/reports|ui\/(icons|Icon|Mark|Pebble|pebble|time|toasts|ToastRegion|UserHtml)\b)/,
            },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } },
  },
  test: { environment: 'node', include: ['test/**/*.test.ts'] },
});
