import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { chunks } from './tools/chunks.ts';

/** Changes a line of a package as it is read, and says so when a new version has other words there. */
function rewrite(name: string, file: string, changes: [from: string, to: string][]): Plugin {
  return {
    name,
    enforce: 'pre',
    transform(code, id) {
      if (!id.endsWith(file)) return null;
      for (const [from, to] of changes) {
        if (!code.includes(from)) this.error(`${name}: ${file} has changed, look at it again`);
        code = code.replaceAll(from, to);
      }
      return { code, map: null };
    },
  };
}

/**
 * Kit's route announcer hides itself with a style attribute, which our Content-Security-Policy refuses.
 * The attribute goes; src/app.css hides `#svelte-announcer` instead.
 */
const withoutStyleAttributes: Plugin = {
  name: 'without-style-attributes',
  enforce: 'pre',
  transform(code, id) {
    if (!id.endsWith('/runtime/components/root.svelte')) return null;
    return { code: code.replace(/\sstyle="[^"]*"/g, ''), map: null };
  },
};

/** No page is rendered before it comes to the browser, so nothing is ever hydrated: that code stays out. */
const neverHydrates: Plugin[] = [
  rewrite('never-hydrates-kit', '/kit/src/runtime/client/client.js', [
    [' hydrate, mount }', ' mount as hydrate, mount }'],
  ]),
  rewrite('never-hydrates-svelte', '/svelte/src/internal/client/dom/hydration.js', [
    ['export let hydrating = false', 'export const hydrating = false'],
    ['hydrating = value', 'void value'],
  ]),
];

/** Code that every reader would fetch and none would run, and what stands there instead in the browser. */
const standIns: Plugin = {
  name: 'stand-ins',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name === 'client',
  resolveId(id, importer = '') {
    const file = (name: string) => new URL(`tools/stand-ins/${name}`, import.meta.url).pathname;
    if (id === 'devalue') return file('devalue.js');
    if (id === './bindings/select.js' && importer.endsWith('/elements/attributes.js'))
      return file('select.js');
    return null;
  },
};

// One file for build and vitest: `#lib` and `$app` only resolve with the sveltekit() plugin.
export default defineConfig({
  plugins: [
    withoutStyleAttributes,
    neverHydrates,
    standIns,
    sveltekit({
      adapter: adapter({ fallback: '200.html', precompress: true }),
      // One dialect for every component: the other one's runtime then stays out of the build.
      compilerOptions: { runes: true, discloseVersion: false },
    }),
    chunks,
  ],
  build: { assetsInlineLimit: 0 },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } },
  },
  test: { environment: 'node', include: ['test/**/*.test.ts'] },
});
