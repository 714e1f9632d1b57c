/** Locks in a table of any database that has a JDBC driver: an example of a backend. */
package com.example.locktable;
