import { Menu, Text } from '@mantine/core';
import i18next from 'i18next';
import { Fragment, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { go } from '../../app/route.ts';
import { findCluster } from '../../stores/fleet.ts';
import { useFleetStore } from '../../stores/fleet-store.ts';
import { attempt } from '../../ui/attempt.ts';
import { useNames } from '../../ui/names.ts';
import { type Entry, type EntryGroup, type EntryRequest, operationsFor } from '../model/registry.ts';
import { type ActionRequest, isDangerous } from '../model/requests.ts';
import { runRequest } from '../model/run-request.ts';
import { closeNodeMenu, openMove, openOperation, useMovesStore } from '../model/store.ts';
import { useWhyNot } from '../model/use-ground.ts';

const GROUPS: readonly EntryGroup[] = ['move', 'cluster', 'replication', 'server', 'gtid', 'upkeep'];

/** Begins what an entry of the registry stands for. To look at a server again needs no confirmation. */
export function openEntry(request: EntryRequest): void {
  if (request.kind === 'move') openMove(request.instance, request.name === 'move-replicas');
  else if (request.name === 'discover') void refresh(request);
  else openOperation(request);
}

async function refresh(request: ActionRequest): Promise<void> {
  await attempt(async () => {
    const { state, message } = await runRequest(request);
    if (state !== 'done') throw new Error(message);
  }, i18next.t('moves:state.done'));
}

/** The menu of a server, at the place where it was asked for. */
export function NodeMenu() {
  const menu = useMovesStore((state) => state.menu);
  return menu === null ? null : <Open key={menu.id} {...menu} />;
}

/** Gives the keyboard back to where it was: the menu is gone as soon as it is closed, too early for its own returning. */
function useGiveBack(): void {
  const [before] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const nobody = document.activeElement === null || document.activeElement === document.body;
      if (nobody && before instanceof HTMLElement) before.focus({ preventScroll: true });
    },
    [before],
  );
}

function Open({ id, x, y }: { readonly id: string; readonly x: number; readonly y: number }) {
  const { t } = useTranslation('moves');
  const names = useNames();
  const whyNot = useWhyNot();
  const cluster = useFleetStore(({ fleet }) => findCluster(fleet, id));
  const member = cluster?.members.get(id);
  const entries = cluster === null || member === undefined ? [] : operationsFor(member, cluster);
  const label = t('menu', { server: names.server(id) });
  useGiveBack();
  return (
    <Menu
      opened
      withInitialFocusPlaceholder={false}
      onClose={closeNodeMenu}
      // Mantine's default counts keys too, among them the one that has just opened it.
      clickOutsideEvents={['mousedown', 'touchstart']}
      position="right-start"
      classNames={{ item: 'moves-menu-item' }}
      offset={2}
      width={310}
      trapFocus
      returnFocus
      shadow="md"
      withinPortal
    >
      <Menu.Target>
        <span className="moves-menu-anchor" aria-hidden style={{ left: x, top: y }} />
      </Menu.Target>
      <Menu.Dropdown mah="min(560px, 90vh)" style={{ overflowY: 'auto' }} aria-label={label}>
        <Menu.Label className="mono ellipsis" title={names.server(id)}>
          {names.server(id)}
        </Menu.Label>
        <Menu.Item data-autofocus onClick={() => go('instance', [id])}>
          {t('open')}
        </Menu.Item>
        {member === undefined ? (
          <Text size="sm" p="xs">
            {t('menuNothing')}
          </Text>
        ) : null}
        {whyNot === null ? null : (
          <Text size="sm" px="xs" py={4} c="var(--baton-warn)">
            {t(`cannot.${whyNot}`)}
          </Text>
        )}
        {GROUPS.map((group) => (
          <Group key={group} group={group} entries={entries.filter((one) => one.group === group)} />
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Group({ group, entries }: { readonly group: EntryGroup; readonly entries: readonly Entry[] }) {
  const { t } = useTranslation('moves');
  const whyNot = useWhyNot();
  if (entries.length === 0) return null;
  return (
    <Fragment>
      <Menu.Divider />
      <Menu.Label>{t(`group.${group}`)}</Menu.Label>
      {entries.map(({ request, why }) => {
        const obstacle = whyNot ?? why;
        const danger = request.kind !== 'move' && isDangerous(request);
        return (
          <Menu.Item
            key={request.name}
            // Disabled buttons say nothing: the reason has to be reachable.
            aria-disabled={obstacle !== null}
            data-obstacle={obstacle ?? undefined}
            {...(obstacle !== null ? { c: 'dimmed' } : danger ? { c: 'var(--baton-trouble)' } : {})}
            closeMenuOnClick={obstacle === null}
            onClick={() => {
              if (obstacle === null) openEntry(request);
            }}
          >
            {t(`action.${request.name}`)}
            {obstacle === null || whyNot !== null ? null : (
              <Text span size="xs" display="block">
                {t(`cannot.${obstacle}`)}
              </Text>
            )}
          </Menu.Item>
        );
      })}
    </Fragment>
  );
}
