// What the courier's phone keeps: unsent acts, the key it signs with, and every row it signed.

const NAME = "courier-acts";
const VERSION = 2;

function database() {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(NAME, VERSION);
    opening.onupgradeneeded = ({ oldVersion }) => {
      const db = opening.result;
      if (oldVersion < 1) db.createObjectStore("acts", { keyPath: "key" });
      if (oldVersion < 2) {
        db.createObjectStore("phone", { keyPath: "name" });
        db.createObjectStore("rows", { keyPath: "hash" });
      }
    };
    opening.onsuccess = () => resolve(opening.result);
    opening.onerror = () => reject(opening.error);
  });
}

/** All of `use` is kept or nothing; it is given the stores by name. */
export async function inStores(names, mode, use) {
  const db = await database();
  db.onversionchange = () => db.close(); // a newer page of ours in another tab
  return new Promise((resolve, reject) => {
    const work = db.transaction(names, mode);
    const asked = use(Object.fromEntries(names.map((name) => [name, work.objectStore(name)])));
    work.oncomplete = () => resolve(asked && asked.result);
    work.onerror = work.onabort = () => reject(work.error);
  }).finally(() => db.close());
}
