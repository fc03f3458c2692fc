"""Whole lines that sites put around articles: the words of menus, forms and boxes."""

from typing import Literal, NamedTuple

Reach = Literal["line", "beside", "paired", "below", "maybe below"]


class Form(NamedTuple):
    """What a line of site furniture is, and how far that reaches."""

    rule: str
    reach: Reach
    """``line``: it is furniture wherever it stands. ``beside``: only next to other furniture.
    ``below``: it heads a block of furniture. ``paired``: so it does beside its other half, else it
    is as ``beside``. ``maybe below``: it heads a block, but an article may have a heading of these
    words."""


PHRASES: dict[tuple[str, Reach], str] = {
    ("navigation", "beside"): """
        home, homepage, home page, menu, about, about us, contact, contact us, contacts, our team,
        meet the team, our people, our staff, our doctors, our clinics, our services, services,
        treatments, conditions, fees, prices, pricing, blog, our blog, news, latest news, events,
        media, press, careers, jobs, vacancies, work for us, shop, basket, cart, checkout,
        my account, account, faq, faqs, help, support, site map, sitemap, privacy, privacy policy,
        privacy notice, terms, terms of use, terms of service, terms and conditions,
        terms & conditions, cookies, accessibility, accessibility statement, disclaimer,
        complaints, legal, legal notice, locations, book, book now, book online, advice, articles,
        resources, gallery, reviews, patients, for patients, patient information, referrals,
        close, more, english, donate, get involved, health a-z, a-z, topics, categories, archives,
        search, login, log in, logout, log out, sign in, sign up, register, register now, my profile
        """,
    ("navigation", "line"): """
        skip to content, skip to main content, skip to main, skip navigation, skip to navigation,
        jump to content, jump to navigation, back to top, back to the top, top of page, to the top,
        return to top, main menu, main navigation, open menu, close menu, toggle navigation,
        toggle menu, show menu, hide menu, site navigation, primary menu, you are here
        """,
    ("share links", "beside"): """
        share, tweet, print, email, e-mail, save, like, pin, pin it, post, facebook, twitter, x,
        linkedin, whatsapp, pinterest, reddit, instagram, youtube, tiktok, telegram, messenger,
        copy link, bookmark, bluesky, threads, mastodon, tumblr, listen, email a friend
        """,
    ("share links", "line"): """
        print this page, print page, print this article, email this page, email this article,
        share this, share this page, share this article, share this post, share this story,
        share article, share page, share post, follow us, follow us on, like this, loading…,
        send to a friend, add to favourites, add to favorites, larger text, smaller text
        """,
    ("advertisement", "line"): """
        advertisement, advertisements, advert, sponsored, sponsored content, promoted,
        scroll to continue, article continues below, story continues below advertisement
        """,
    ("page feedback", "line"): """
        was this page helpful, was this article helpful, was this helpful, was this page useful,
        did you find this page helpful, did you find this useful, rate this page,
        rate this article, give feedback about this page, report a problem with this page
        """,
    ("cookie note", "line"): """
        accept all, reject all, accept cookies, accept all cookies, reject all cookies,
        manage cookies, manage preferences, cookie settings, cookie preferences, cookie policy,
        cookie notice, we value your privacy, your privacy, only what's needed, accept & close,
        accept and close, necessary cookies only, cookies on this site, a word about cookies
        """,
    ("newsletter or login", "line"): """
        forgot password, forgot your password, lost your password, forgotten your password,
        remember me, your email address, enter your email, enter your email address, sign me up,
        create an account, email address*, search for, search this site, search the site,
        subscribe now, stay in touch, keep in touch, stay up to date, join our mailing list
        """,
    ("newsletter or login", "beside"): """
        subscribe, username, password, email address, your email, your name, first name,
        last name, submit, send, newsletter, go
        """,
    ("related articles", "line"): """
        load more, show more, view more, view all, see all, view all posts, see all articles,
        older posts, newer posts, older articles, newer articles, older, newer
        """,
    ("previous and next", "below"): """
        post navigation, posts navigation, previous, prev, next, previous post, next post,
        previous article, next article, previous page, next page, prev next, previous next
        """,
    ("related articles", "below"): """
        recent posts, related posts, latest posts, popular posts, more posts, other posts,
        recent articles, related articles, latest articles, popular articles, more articles,
        you may also like, you might also like, you may also be interested in,
        you might also be interested in, you may like, recommended for you, read next,
        up next, what to read next, most read, most popular, trending, trending now,
        editor's picks, related content, related pages, from the blog, from our blog,
        more from us, more like this, don't miss, top stories
        """,
    ("related articles", "maybe below"): """
        recent news, related news, latest news, more news, related stories, recent stories,
        more stories, latest stories, recommended
        """,
    ("links", "maybe below"): """
        related reading, related topics, related, see also, popular topics, related links,
        related information, quick links, useful links, support links,
        in this section
        """,
    ("partners", "maybe below"): """
        our partners, our sponsors, our affiliates, meet our partners, trusted partners, partners,
        partner, sponsors, our sponsors and partners, our accreditations, proud to support,
        proud to look after, as seen in, as featured in
        """,
    ("testimonials", "maybe below"): """
        testimonials, testimonial, patient testimonials, our testimonials, client testimonials,
        customer testimonials, kind words, what our patients say, what our clients say,
        what our customers say, what patients say, what people say, what people tell us,
        happy patients
        """,
    ("reviews", "maybe below"): "reviews, patient reviews, patient stories, success stories",
    ("comments", "below"): """
        leave a comment, leave a reply, leave your comment, post a comment, add a comment,
        add your comment, write a comment, join the conversation, write a review, leave a review,
        recent comments, join the discussion, cancel reply, post comment
        """,
    ("comments", "maybe below"): "comments, reader comments, your comments",
    ("about the author", "below"): """
        about the author, about the authors, about this author, author bio, meet the author
        """,
    ("contact details", "maybe below"): """
        appointments & enquiries, appointments and enquiries, appointment & enquiries,
        appointments & inquiries, appointments and inquiries, appointments, bookings,
        bookings & enquiries, bookings and enquiries, enquiries, book an appointment,
        book your appointment, book an appointment today, book an appointment now,
        make an appointment, request an appointment, enquire now, make an enquiry,
        get in touch, get in touch today, contact us today, find us, how to find us,
        where to find us, visit us, call us today, opening times, opening hours,
        our opening hours, our address, our location, our locations, request a callback,
        request a call back
        """,
    ("tags", "below"): "tag cloud, popular tags",
}
