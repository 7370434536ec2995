import type { TopologyFrame } from '../shared/contract/topology-frame.ts';

interface ClusterView {
  readonly section: HTMLElement;
  readonly heading: HTMLElement;
  readonly name: HTMLElement;
  readonly tree: HTMLElement;
  readonly time: HTMLTimeElement;
}

/** Shows each cluster's tree; what hasn't changed isn't touched, so that selections and scroll positions stay. */
export class ClusterList {
  readonly #root: HTMLElement;
  readonly #views = new Map<string, ClusterView>();

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  show(clusters: ReadonlyMap<string, TopologyFrame>): void {
    for (const [name, view] of this.#views) {
      if (clusters.has(name)) continue;
      view.section.remove();
      this.#views.delete(name);
    }
    const sorted = [...clusters.values()].sort((a, b) => titleOf(a).localeCompare(titleOf(b)));
    for (const [index, frame] of sorted.entries()) {
      const { section } = this.#shown(frame);
      const present = this.#root.children[index] ?? null;
      if (present !== section) this.#root.insertBefore(section, present);
    }
  }

  #shown(frame: TopologyFrame): ClusterView {
    let view = this.#views.get(frame.clusterName);
    if (view === undefined) {
      view = newView();
      this.#views.set(frame.clusterName, view);
    }
    setText(view.heading, titleOf(frame));
    setText(view.name, frame.clusterAlias === frame.clusterName ? '' : frame.clusterName);
    setText(view.tree, frame.text);
    setText(view.time, `changed ${new Date(frame.atMs).toLocaleTimeString()}`);
    view.time.dateTime = new Date(frame.atMs).toISOString();
    return view;
  }
}

function titleOf({ clusterAlias, clusterName }: TopologyFrame): string {
  return clusterAlias === '' ? clusterName : clusterAlias;
}

let viewCount = 0;

function newView(): ClusterView {
  const section = document.createElement('section');
  const top = document.createElement('div');
  const heading = document.createElement('h2');
  const name = document.createElement('span');
  const time = document.createElement('time');
  const tree = document.createElement('pre');
  top.className = 'top';
  name.className = 'name';
  heading.id = `cluster-${viewCount++}`;
  section.setAttribute('aria-labelledby', heading.id);
  // A tree that is wider than the window is scrolled, also from the keyboard.
  tree.tabIndex = 0;
  tree.setAttribute('role', 'region');
  tree.setAttribute('aria-labelledby', heading.id);
  top.append(heading, name, time);
  section.append(top, tree);
  return { section, heading, name, tree, time };
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
