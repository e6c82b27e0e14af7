import type { Plugin } from 'vite';

/*
 * Which code comes in which file. Left alone, the build makes some hundred files of a few hundred bytes each,
 * which pack badly and cost a list of names on every page. Here what is read together travels together.
 *
 * A group takes along what its modules import, so the order counts: what stands first has it. Kit reads its
 * settings when its code is first run, so `start`, which the page runs to set them, must never hold anything
 * that imports from `$app` or `@sveltejs/kit`. Code that no group names has a file of its own, fetched when
 * it is asked for; `npm run budget` says what a page then weighs.
 */

/** Modules of src/ by path without ending: `lib/ui/Icon` also stands for Icon.svelte. */
const own = (...paths: string[]) => new RegExp(`/src/(?:${paths.join('|')})\\b`);

/** What every page has: the frame, the way out, asking the server, the words. */
const FRAME = own(
  'lib/api/(?:boot|client|problem|session)',
  'lib/i18n/(?:index|translate)',
  'lib/safety/(?:CrisisBar|ExitLink|exit|discreet|outward|visit)',
  'lib/frame/(?:Footer|Header|NetState|TabBar|nav)',
  'lib/realtime/live',
  'lib/ui/(?:icons|Icon|Mark|Pebble|pebble|toasts|ToastRegion|UserHtml|Button|ErrorState)',
  'lib/features/(?:discussion/drafts|reports/reports)',
  'routes/\\+(?:layout|error)',
);
/** What every page has on which people read what others wrote. */
const READING = own(
  'lib/realtime/(?:frames|watch)',
  'lib/ui/(?:time|Time|ContentNote|RoleTag)',
  'lib/features/(?:community/Care|discussion/(?:Byline|StateNote)|forum/Wish)',
);
const LISTS = own(
  'lib/ui/(?:Empty|Pager)',
  'lib/features/(?:blog/PostCard|chat/(?:ChatCard|hours|turn)|forum/ThreadRow)',
);
const DISCUSSION = own(
  'lib/ui/Skeleton',
  'lib/features/discussion/(?:DiscussionView|Item|WriteInvite)',
  'lib/features/discussion/(?:discussion|source|tree)',
  'lib/features/reports/ReportButton',
);
/** Pages that few come to: one file for all of them. */
const OPEN = own('lib/i18n/more', 'routes/(?:aarsregnskab|diplom)/.*', 'lib/features/year/.*');
/** Svelte's part of a field to fill in, which most pages do not have. */
const FIELDS = /elements\/bindings\/(?:input|select)\.js/;
const FORMS =
  /\/src\/lib\/(?:ui\/(?:Field|Choices|Check|Dialog|form)|features\/accounts\/PasswordField)\b/;
/** Not its doors (`index`), through which everything it has would come in. */
const SVELTE =
  /node_modules\/svelte\/src\/internal\/(?!.*(?:index|legacy|bindings\/(?:input|select))\b)/;
const KIT = /@sveltejs\/kit\/src\/(?!runtime\/client\/entry)/;

export const chunks: Plugin = {
  name: 'chunks',
  // Told, so that a file which only names such a module is not made to fetch the one that holds it.
  transform: {
    filter: { id: /svelte\/src\/internal\/client\// },
    handler: (code) => ({ code, map: null, moduleSideEffects: false }),
  },
  applyToEnvironment: ({ name }) => name === 'client',
  config: () => ({
    environments: {
      client: {
        build: {
          rolldownOptions: {
            output: {
              codeSplitting: {
                groups: [
                  {
                    name: 'start',
                    test: /@sveltejs\/kit\/src\/runtime\/client\/payload|vite\/preload-helper/,
                  },
                  {
                    name: 'base',
                    test: (id: string) => [SVELTE, KIT, FRAME].some((part) => part.test(id)),
                  },
                  { name: 'fields', test: FIELDS },
                  { name: 'reading', test: READING },
                  { name: 'lists', test: LISTS },
                  { name: 'discussion', test: DISCUSSION },
                  { name: 'forms', test: FORMS },
                  { name: 'page', test: own('lib/features/community/(?:CommunityPage|page)') },
                  { name: 'writing', test: own('lib/editor/.*', 'lib/features/discussion/.*') },
                  { name: 'open', test: OPEN },
                  {
                    name: 'staff',
                    test: own(
                      'routes/\\(staff\\)/.*',
                      'lib/features/(?:desk|people|community|training)/.*',
                    ),
                  },
                ],
              },
            },
          },
        },
      },
    },
  }),
};
