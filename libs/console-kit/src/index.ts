/** What the console's pages are made of; the one home of react, mantine, query, virtual, wouter and openapi-fetch. */
export { call, isProblem, onSignedOut, queryClient, useList, useRead, type Schemas } from './api.js';
export { AsOf } from './as-of.js';
export { Chart } from './chart.js';
export { CommandForm } from './command-form.js';
export { differenceOf, isBelow, thousandths } from './decimal.js';
export { dayAfter, fillDays } from './days.js';
export { attoOf, plainOf } from './decimal.js';
export { DataTable, type Column } from './data-table.js';
export { EntryFlow } from './entry-flow.js';
export { afterInstant, InstantField } from './instant-field.js';
export { boundKeys, listenToKeys, onKey } from './keyboard.js';
export { may, type Me, MeContext, type Telling, TellingsContext, useMe, useTelling } from './me.js';
export { type Neighbours, useNeighbours } from './neighbours.js';
export { Facts, Page, Section, Verdict } from './page.js';
export { Copy, Id, Instant, Money, PageLink, useAsOf, useZone } from './shown.js';
export { Answered, Empty, Failed, Loading } from './states.js';
export { type EntryType, Timeline, Told } from './timeline.js';
export { Frame } from './frame.js';
export { SumBar } from './sum-bar.js';
export { useHref, useUrlState } from './url-state.js';
export { readInstant, showInstant, zonesToChoose } from './zoned.js';
// What pages and the shell use of the libraries behind.
export { Button, Code, Kbd, Modal, NativeSelect, PasswordInput, Table, Textarea, TextInput } from '@mantine/core';
export { createRoot } from 'react-dom/client';
export { Component, lazy, StrictMode, Suspense, useEffect, useRef, useState } from 'react';
export type { ComponentType, FormEvent, ReactNode } from 'react';
export { useMutation, useQuery } from '@tanstack/react-query';
export { Route, Router, Switch, useLocation, useParams } from 'wouter';
