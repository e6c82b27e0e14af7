import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vitest/config';

// One file for build and vitest: `#lib` and `$app` only resolve with the sveltekit() plugin.
export default defineConfig({
  plugins: [sveltekit({ adapter: adapter({ fallback: '200.html', precompress: true }) })],
  build: { assetsInlineLimit: 0 },
  server: {
    proxy: { '/api': { target: 'http://127.0.0.1:8080', ws: true } },
  },
  test: { environment: 'jsdom', include: ['test/**/*.test.ts'] },
});
