// Weighs what a public page loads (brotli, as the server sends it) against the budget of the site.
import { readFileSync } from 'node:fs';

const BUDGET = { js: 45, css: 8, fonts: 40 };
const PAGES = [
  '/',
  '/blog',
  '/blog/[slug]',
  '/forum',
  '/forum/[board]',
  '/forum/t/[id]',
  '/hjaelp',
];
const manifest = JSON.parse(readFileSync('.svelte-kit/output/client/.vite/manifest.json', 'utf8'));
const size = (file) => readFileSync(`build/${file}${file.endsWith('.woff2') ? '' : '.br'}`).length;
const entries = Object.values(manifest);
const nodeOf = new Map();

// Kit names nodes by number; the generated app says which number is which route.
const app = readFileSync('.svelte-kit/generated/build/client-optimized/app.js', 'utf8');
for (const [, route, leaf] of app.matchAll(/"(\/[^"]*)": \[(\d+)/g)) {
  nodeOf.set(route.replace(/\/\([^)]+\)/g, '') || '/', Number(leaf));
}

function collect(entry, found = { js: new Set(), css: new Set() }) {
  if (!entry || found.js.has(entry.file)) return found;
  found.js.add(entry.file);
  for (const css of entry.css ?? []) found.css.add(css);
  for (const key of entry.imports ?? []) collect(manifest[key], found);
  return found;
}

const named = (name) => entries.find((entry) => entry.isEntry && entry.name === name);
let failed = false;
for (const page of PAGES) {
  const found = collect(named('entry/start'));
  for (const name of ['entry/app', 'nodes/0', `nodes/${nodeOf.get(page)}`]) {
    collect(named(name), found);
  }
  collect(manifest['src/lib/i18n/da.ts'], found);
  const kib = (files) => [...files].reduce((sum, file) => sum + size(file), 0) / 1024;
  const weight = { js: kib(found.js), css: kib(found.css) };
  const over = weight.js > BUDGET.js || weight.css > BUDGET.css;
  failed ||= over;
  console.log(
    `${over ? 'OVER' : 'ok  '} ${page.padEnd(16)} js ${weight.js.toFixed(1)} of ${BUDGET.js} KiB, css ${weight.css.toFixed(1)} of ${BUDGET.css}`,
  );
}
const fonts = ['fonts/atkinson-hyperlegible-next.v1.woff2', 'fonts/bricolage-grotesque.v1.woff2'];
const weight = fonts.reduce((sum, file) => sum + size(file), 0) / 1024;
failed ||= weight > BUDGET.fonts;
console.log(
  `${weight > BUDGET.fonts ? 'OVER' : 'ok  '} fonts ${weight.toFixed(1)} of ${BUDGET.fonts} KiB`,
);
process.exit(failed ? 1 : 0);
