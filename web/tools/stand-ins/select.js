// Stands in for Svelte's code for <select> where it has its code for spread attributes, which may meet one.
// No element of ours takes spread attributes, so this is never run; it says so, should that change.
const never = () => {
  throw new Error('spread attributes on a field: web/vite.config.ts leaves out the code for it');
};
export {
  never as init_select,
  never as select_option,
  never as set_default_select_value,
  never as set_selected,
};
