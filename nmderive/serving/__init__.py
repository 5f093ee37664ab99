"""The local web page: what it is asked, jobs in processes that can be ended, the page and its JSON interface."""
